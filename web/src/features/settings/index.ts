export { SettingsLayout } from './components/settings-layout';
export { AppearancePage } from './pages/appearance-page';
export { ProfilePage } from './pages/profile-page';
export { useSettingsCrumb } from './use-settings-crumb';
