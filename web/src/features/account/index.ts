export { SessionRow } from './components/session-row';
export { SecurityPage } from './pages/security-page';
