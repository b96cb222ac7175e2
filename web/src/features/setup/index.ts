export type { Step } from './components/steps';
export { SetupPage } from './pages/setup-page';
