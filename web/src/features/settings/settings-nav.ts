import type { LinkProps } from '@tanstack/react-router';
import { messages } from './messages';

const { groups, nav } = messages;

export type SettingsLink = {
  label: string;
  to: LinkProps['to'];
  /** `admin`: only administrators of the workspace see it. */
  least?: 'admin';
};

export type SettingsGroup = { label: string; links: readonly SettingsLink[] };

/** The pages below /settings, in the order of the menu. */
export const SETTINGS_NAV: readonly SettingsGroup[] = [
  {
    label: groups.workspace,
    links: [
      { label: nav.general, to: '/p/$project/settings/general', least: 'admin' },
      { label: nav.retention, to: '/p/$project/settings/retention', least: 'admin' },
      { label: nav.about, to: '/p/$project/settings/about' },
    ],
  },
  {
    label: groups.project,
    links: [
      { label: nav.providers, to: '/p/$project/settings/providers' },
      { label: nav.models, to: '/p/$project/settings/models' },
      { label: nav.egress, to: '/p/$project/settings/egress', least: 'admin' },
      { label: nav.members, to: '/p/$project/settings/members' },
    ],
  },
  {
    label: groups.access,
    links: [
      { label: nav.people, to: '/p/$project/settings/people', least: 'admin' },
      {
        label: nav.singleSignOn,
        to: '/p/$project/settings/single-sign-on',
        least: 'admin',
      },
      { label: nav.mail, to: '/p/$project/settings/mail', least: 'admin' },
      { label: nav.audit, to: '/p/$project/settings/audit', least: 'admin' },
    ],
  },
  {
    label: groups.you,
    links: [
      { label: nav.profile, to: '/p/$project/settings/profile' },
      { label: nav.security, to: '/p/$project/settings/security' },
      { label: nav.apiKeys, to: '/p/$project/settings/api-keys' },
      { label: nav.appearance, to: '/p/$project/settings/appearance' },
    ],
  },
];
