export { ModelsPage } from './pages/models-page';
