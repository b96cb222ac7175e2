export { EgressPage } from './pages/egress-page';
