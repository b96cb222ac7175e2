export { SessionRow } from './components/session-row';
export { EnrolPage } from './pages/enrol-page';
export { SecurityPage } from './pages/security-page';
