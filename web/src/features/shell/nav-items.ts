import { Activity, Bot, type LucideIcon, MessageSquareText, Settings } from 'lucide-react';
import { messages } from './messages';

export type NavItem = {
  key: 'playground' | 'agents' | 'runs' | 'settings';
  label: string;
  short: string;
  icon: LucideIcon;
  to:
    | '/p/$project/playground/{-$thread}'
    | '/p/$project/agents'
    | '/p/$project/runs'
    | '/p/$project/settings';
  /** Second key after g. */
  letter: string;
};

const nav = messages.nav;

export const NAV = {
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
