import type { LinkProps } from '@tanstack/react-router';
import {
  Archive,
  Building2,
  Coins,
  DoorOpen,
  Fingerprint,
  Globe,
  Info,
  KeyRound,
  LogIn,
  type LucideIcon,
  Mail,
  Palette,
  Plug,
  ScrollText,
  UserRound,
  UserRoundCog,
  UsersRound,
} from 'lucide-react';
import { messages } from './messages';

const { groups, nav } = messages;

export type SettingsLink = {
  label: string;
  to: LinkProps['to'];
  /** In the palette. */
  icon: LucideIcon;
  /** Other words that the palette finds it by. */
  keywords: string;
  /** `admin`: only administrators of the workspace see it. */
  least?: 'admin';
};

export type SettingsGroup = { label: string; links: readonly SettingsLink[] };

/** The pages below /settings, in the order of the menu; the palette offers the same. */
export const SETTINGS_NAV: readonly SettingsGroup[] = [
  {
    label: groups.workspace,
    links: [
      {
        label: nav.general,
        to: '/p/$project/settings/general',
        icon: Building2,
        keywords: messages.keywords.general,
        least: 'admin',
      },
      {
        label: nav.retention,
        to: '/p/$project/settings/retention',
        icon: Archive,
        keywords: messages.keywords.retention,
        least: 'admin',
      },
      {
        label: nav.about,
        to: '/p/$project/settings/about',
        icon: Info,
        keywords: messages.keywords.about,
      },
    ],
  },
  {
    label: groups.project,
    links: [
      {
        label: nav.providers,
        to: '/p/$project/settings/providers',
        icon: Plug,
        keywords: messages.keywords.providers,
      },
      {
        label: nav.models,
        to: '/p/$project/settings/models',
        icon: Coins,
        keywords: messages.keywords.models,
      },
      {
        label: nav.egress,
        to: '/p/$project/settings/egress',
        icon: Globe,
        keywords: messages.keywords.egress,
        least: 'admin',
      },
      {
        label: nav.members,
        to: '/p/$project/settings/members',
        icon: UsersRound,
        keywords: messages.keywords.members,
      },
    ],
  },
  {
    label: groups.access,
    links: [
      {
        label: nav.people,
        to: '/p/$project/settings/people',
        icon: UserRoundCog,
        keywords: messages.keywords.people,
        least: 'admin',
      },
      {
        label: nav.signIn,
        to: '/p/$project/settings/sign-in',
        icon: DoorOpen,
        keywords: messages.keywords.signIn,
        least: 'admin',
      },
      {
        label: nav.singleSignOn,
        to: '/p/$project/settings/single-sign-on',
        icon: LogIn,
        keywords: messages.keywords.singleSignOn,
        least: 'admin',
      },
      {
        label: nav.mail,
        to: '/p/$project/settings/mail',
        icon: Mail,
        keywords: messages.keywords.mail,
        least: 'admin',
      },
      {
        label: nav.audit,
        to: '/p/$project/settings/audit',
        icon: ScrollText,
        keywords: messages.keywords.audit,
        least: 'admin',
      },
    ],
  },
  {
    label: groups.you,
    links: [
      {
        label: nav.profile,
        to: '/p/$project/settings/profile',
        icon: UserRound,
        keywords: messages.keywords.profile,
      },
      {
        label: nav.security,
        to: '/p/$project/settings/security',
        icon: Fingerprint,
        keywords: messages.keywords.security,
      },
      {
        label: nav.apiKeys,
        to: '/p/$project/settings/api-keys',
        icon: KeyRound,
        keywords: messages.keywords.apiKeys,
      },
      {
        label: nav.appearance,
        to: '/p/$project/settings/appearance',
        icon: Palette,
        keywords: messages.keywords.appearance,
      },
    ],
  },
];
