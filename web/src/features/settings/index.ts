export { SettingsLayout } from './components/settings-layout';
export { AboutPage } from './pages/about-page';
export { AppearancePage } from './pages/appearance-page';
export { GeneralPage } from './pages/general-page';
export { ProfilePage } from './pages/profile-page';
export { RetentionPage } from './pages/retention-page';
export { useSettingsCrumb } from './use-settings-crumb';
export { useSettingsGroups } from './use-settings-groups';
