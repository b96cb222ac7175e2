import { Activity, Bot, House, type LucideIcon, MessageSquareText, Settings } from 'lucide-react';
import { messages } from './messages';

export type NavItem = {
  key: 'home' | 'playground' | 'agents' | 'runs' | 'settings';
  label: string;
  short: string;
  icon: LucideIcon;
  to:
    | '/p/$project'
    | '/p/$project/playground/{-$thread}'
    | '/p/$project/agents'
    | '/p/$project/runs'
    | '/p/$project/settings';
  /** Second key after g. */
  letter: string;
  /** Its address begins all the others. */
  exact?: boolean;
};

const nav = messages.nav;

export const NAV = {
  home: {
    key: 'home',
    label: nav.home,
    short: nav.home,
    icon: House,
    to: '/p/$project',
    letter: 'h',
    exact: true,
  },
  playground: {
    key: 'playground',
    label: nav.playground,
    short: nav.chat,
    icon: MessageSquareText,
    to: '/p/$project/playground/{-$thread}',
    letter: 'p',
  },
  agents: {
    key: 'agents',
    label: nav.agents,
    short: nav.agents,
    icon: Bot,
    to: '/p/$project/agents',
    letter: 'a',
  },
  runs: {
    key: 'runs',
    label: nav.runs,
    short: nav.runs,
    icon: Activity,
    to: '/p/$project/runs',
    letter: 'r',
  },
  settings: {
    key: 'settings',
    label: nav.settings,
    short: nav.settings,
    icon: Settings,
    to: '/p/$project/settings',
    letter: 's',
  },
} as const satisfies Record<string, NavItem>;

export const NAV_ITEMS: readonly NavItem[] = Object.values(NAV);

/** On a phone the rest is under More. */
export const BOTTOM_ITEMS: readonly NavItem[] = [NAV.home, NAV.playground, NAV.runs];
export const MORE_ITEMS: readonly NavItem[] = NAV_ITEMS.filter(
  (item) => !BOTTOM_ITEMS.includes(item),
);
