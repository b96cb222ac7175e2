export { parseHomeSearch } from './model/figures';
export { HomePage } from './pages/home-page';
