export { NotificationTray } from './components/tray';
