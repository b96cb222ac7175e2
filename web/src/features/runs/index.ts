export { cancelRun, runsQuery } from './api';
export { RunsTable } from './components/runs-table';
export { useNow } from './hooks/use-now';
export { useRunLink } from './hooks/use-run-link';
export { inputPreview, isActive } from './model/run-facts';
export { parseRunPageSearch, parseRunSearch, type RunSearch } from './model/run-search';
export { RunPage } from './pages/run-page';
export { RunsPage } from './pages/runs-page';
export { useLiveRuns } from './realtime';
