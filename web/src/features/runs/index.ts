export { cancelRun } from './api';
export { useRunLink } from './hooks/use-run-link';
export { parseRunPageSearch, parseRunSearch } from './model/run-search';
export { RunPage } from './pages/run-page';
export { RunsPage } from './pages/runs-page';
