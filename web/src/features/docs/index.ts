export { DocsLayout } from './components/docs-layout';
export { findInDocs } from './model/find';
export { ApiPage } from './pages/api-page';
export { DocPage } from './pages/doc-page';
