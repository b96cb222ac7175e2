export { parseKeySearch } from './model/key-search';
export { ApiKeysPage } from './pages/api-keys-page';
