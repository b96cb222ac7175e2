export { Entrance, EntranceTitle } from './components/entrance';
export { ForgotPasswordPage } from './pages/forgot-password-page';
export { LoginPage } from './pages/login-page';
export { ResetPage } from './pages/reset-page';
