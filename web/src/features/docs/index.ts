export { DocsLayout } from './components/docs-layout';
export { ApiPage } from './pages/api-page';
export { DocPage } from './pages/doc-page';
