export { modelsQuery, providerTypesQuery } from './api';
export { CreateFields, useCreateForm } from './components/create-form';
export { DetectedNote } from './components/detected-note';
export { Monogram } from './components/monogram';
export { parseProviderSearch } from './model/search';
export { ProvidersPage } from './pages/providers-page';
