export { SingleSignOnPage } from './pages/single-sign-on-page';
