export { modelsQuery, providerTypesQuery } from './api';
export { CreateFields, useCreateForm } from './components/create-form';
export { DetectedNote } from './components/detected-note';
export { parseProviderSearch } from './model/search';
export { ProvidersPage } from './pages/providers-page';
