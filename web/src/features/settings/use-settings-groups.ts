import { useCan } from '@/features/session';
import { SETTINGS_NAV, type SettingsGroup } from './settings-nav';

/** The settings pages that the user may open, in their groups. */
export function useSettingsGroups(): SettingsGroup[] {
  const isAdmin = useCan('admin');
  return SETTINGS_NAV.map(({ label, links }) => ({
    label,
    links: links.filter(({ least }) => !least || isAdmin),
  })).filter(({ links }) => links.length > 0);
}
