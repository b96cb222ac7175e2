export { MailPage } from './pages/mail-page';
