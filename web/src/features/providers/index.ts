export { modelsQuery, providersQuery, providerTypesQuery, useChangeModel } from './api';
export { CreateFields, useCreateForm } from './components/create-form';
export { DetectedNote } from './components/detected-note';
export { offeredTypes } from './model/offered';
export { parseProviderSearch } from './model/search';
export { ProvidersPage } from './pages/providers-page';
