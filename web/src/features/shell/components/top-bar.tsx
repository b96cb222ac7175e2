import { Eye, Keyboard, Moon, Search, Sun } from 'lucide-react';
import type { Ref } from 'react';
import { NotificationTray } from '@/features/notifications';
import { useCan, useInProject, useProject } from '@/features/session';
import { shownTheme, usePreferences } from '@/shared/preferences';
import { Badge, IconButton, useWorkspaceName } from '@/ui';
import { messages } from '../messages';
import { toggleTheme } from '../theme';
import { ConnectionChip } from './connection-chip';
import { UserMenu } from './user-menu';

type TopBarProps = {
  crumbs: Ref<HTMLOListElement>;
  actions: Ref<HTMLDivElement>;
  onHelp: () => void;
  onSearch: () => void;
};

export function TopBar({ crumbs, actions, onHelp, onSearch }: TopBarProps) {
  const project = useProject();
  const workspace = useWorkspaceName();
  const inProject = useInProject();
  const viewOnly = !useCan('developer') && inProject;
  return (
    <header className="flex h-11 flex-none items-center gap-2 border-b border-line pr-2.5 pl-5 max-md:h-12 max-md:pr-2 max-md:pl-4">
      <nav
        aria-label={messages.breadcrumb}
        className="flex min-w-0 items-center gap-1.5 text-fg-3 max-md:flex-1"
      >
        <span className="flex-none truncate max-md:hidden">
          {inProject ? project.name : workspace}
        </span>
        <ol ref={crumbs} className="flex min-w-0 items-center gap-1.5" />
      </nav>
      {viewOnly && <Badge icon={Eye}>{messages.viewOnly}</Badge>}
      <div className="ml-auto flex flex-none items-center gap-1">
        <div ref={actions} className="flex items-center gap-1" />
        <ConnectionChip />
        <IconButton
          icon={Keyboard}
          label={messages.shortcuts}
          shortcut="?"
          onClick={onHelp}
          className="max-md:hidden"
        />
        <IconButton
          icon={Search}
          label={messages.search}
          onClick={onSearch}
          className="md:hidden"
        />
        <NotificationTray />
        <ThemeButton />
        <UserMenu />
      </div>
    </header>
  );
}

function ThemeButton() {
  usePreferences();
  const dark = shownTheme() === 'dark';
  return (
    <IconButton
      icon={dark ? Sun : Moon}
      label={dark ? messages.toLight : messages.toDark}
      shortcut="Shift D"
      onClick={toggleTheme}
      className="max-md:hidden"
    />
  );
}
