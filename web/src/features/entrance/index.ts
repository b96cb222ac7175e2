export { Entrance, EntranceTitle } from './components/entrance';
export { LoginPage } from './pages/login-page';
