import { useLocation } from '@tanstack/react-router';
import { useCan, useProject } from '@/features/session';
import { SETTINGS_NAV, type SettingsGroup, type SettingsLink } from './settings-nav';

/** The settings pages that the user may open, in their groups. */
export function useSettingsGroups(): SettingsGroup[] {
  const isAdmin = useCan('admin');
  return SETTINGS_NAV.map(({ label, links }) => ({
    label,
    links: links.filter(({ least }) => !least || isAdmin),
  })).filter(({ links }) => links.length > 0);
}

/** The page at the address, when it is one that the user may not open. */
export function useClosedSetting(): SettingsLink | undefined {
  const isAdmin = useCan('admin');
  const { id } = useProject();
  const path = useLocation({ select: ({ pathname }) => pathname });
  if (isAdmin) return undefined;
  return SETTINGS_NAV.flatMap(({ links }) => links).find(
    ({ least, to }) => least && to?.replace('$project', id) === path.replace(/\/$/, ''),
  );
}
