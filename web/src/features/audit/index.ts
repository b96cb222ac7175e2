export { parseAuditSearch } from './model/audit-search';
export { AuditPage } from './pages/audit-page';
