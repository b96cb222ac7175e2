export { openShared } from './api-sharing';
export { PlaygroundPage } from './pages/playground-page';
export { SharedGonePage } from './pages/shared-gone-page';
