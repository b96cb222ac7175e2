import { useQuery } from '@tanstack/react-query';
import {
  BookOpen,
  Braces,
  FolderKanban,
  FolderOpen,
  Keyboard,
  LogOut,
  MessageSquareText,
  PanelLeft,
  Plus,
  SunMoon,
} from 'lucide-react';
import type { PaletteCommand } from '@/features/palette';
import { projectsQuery, useCan, useProject } from '@/features/session';
import { useSettingsGroups } from '@/features/settings';
import { messages } from '../messages';
import { NAV_ITEMS } from '../nav-items';
import { toggleTheme } from '../theme';
import { useLeave } from './use-leave';

type Given = { onSidebar: () => void; onHelp: () => void };

/** What the palette offers beside what it finds: every page of the menu and of the settings, and what can be done from anywhere. */
export function useCommands({ onSidebar, onHelp }: Given): PaletteCommand[] {
  const project = useProject();
  const { data: projects = [] } = useQuery(projectsQuery);
  const canWrite = useCan('developer');
  const leave = useLeave();
  const params = { project: project.id, thread: undefined };
  const pages = NAV_ITEMS.map(
    ({ label, icon, to, letter }): PaletteCommand => ({
      kind: 'page',
      label,
      icon,
      shortcut: `g ${letter}`,
      link: { to, params },
    }),
  );
  const settings = useSettingsGroups().flatMap(({ links }) =>
    links.map(
      ({ label, icon, keywords, to }): PaletteCommand => ({
        kind: 'setting',
        label,
        icon,
        keywords,
        link: { to, params },
      }),
    ),
  );
  const writing: PaletteCommand[] = canWrite
    ? [
        {
          kind: 'command',
          label: messages.newAgent,
          icon: Plus,
          keywords: 'create',
          link: { to: '/p/$project/agents', params, search: { new: true } },
        },
        {
          kind: 'command',
          label: messages.newChat,
          icon: MessageSquareText,
          keywords: 'conversation talk',
          link: { to: '/p/$project/playground/{-$thread}', params },
        },
      ]
    : [];
  return [
    ...pages,
    {
      kind: 'page',
      label: messages.allProjects,
      icon: FolderKanban,
      keywords: 'projects',
      link: { to: '/projects' },
    },
    ...settings,
    ...writing,
    ...projects
      .filter(({ id }) => id !== project.id)
      .map(
        ({ id, name }): PaletteCommand => ({
          kind: 'command',
          label: messages.switchTo(name),
          icon: FolderOpen,
          link: { to: '/p/$project', params: { project: id } },
        }),
      ),
    {
      kind: 'command',
      label: messages.switchTheme,
      icon: SunMoon,
      keywords: 'dark light',
      shortcut: 'Shift D',
      run: toggleTheme,
    },
    {
      kind: 'command',
      label: messages.toggleSidebar,
      icon: PanelLeft,
      shortcut: '[',
      run: onSidebar,
    },
    {
      kind: 'command',
      label: messages.signOut,
      icon: LogOut,
      keywords: 'log out leave',
      run: leave,
    },
    { kind: 'docs', label: messages.shortcuts, icon: Keyboard, shortcut: '?', run: onHelp },
    {
      kind: 'docs',
      label: messages.documentation,
      icon: BookOpen,
      keywords: 'help manual guide',
      link: { to: '/docs' },
    },
    { kind: 'docs', label: messages.apiReference, icon: Braces, link: { to: '/docs/api' } },
  ];
}
