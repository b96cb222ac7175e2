import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react';
import { setPreferences, usePreferences } from '@/shared/preferences';
import { PageSlotsContext, SkipLink, useMediaQuery, useRouteFocus, WITH_SIDE_PANEL } from '@/ui';
import { useShellShortcuts } from '../hooks/use-shell-shortcuts';
import { ShortcutHelp } from './lazy-shortcut-help';
import { BottomBar } from './nav-link';
import { Sidebar } from './sidebar';
import { TopBar } from './top-bar';

/** Both are fetched when they are first opened. */
const CommandPalette = lazy(() =>
  import('./command-palette').then((made) => ({ default: made.CommandPalette })),
);

/** Sidebar, page sheet and top bar around every page of a project. */
export function Shell({ children }: { children: ReactNode }) {
  const { rail, toggle } = useRail();
  const [help, setHelp] = useState(false);
  const [crumbs, setCrumbs] = useState<HTMLElement | null>(null);
  const [actions, setActions] = useState<HTMLElement | null>(null);
  const slots = useMemo(() => ({ crumbs, actions }), [crumbs, actions]);
  const [searching, setSearching] = useState(false);
  const search = () => setSearching(true);
  useRouteFocus();
  useShellShortcuts({ onSidebar: toggle, onHelp: () => setHelp(true), onSearch: search });
  return (
    <div className="flex h-dvh overflow-clip max-md:flex-col">
      <SkipLink />
      <Sidebar rail={rail} onToggle={toggle} onSearch={search} />
      <div className="my-2 mr-2 flex min-h-0 min-w-0 flex-1 flex-col overflow-hidden rounded-lg border border-line bg-surface shadow-sm max-md:m-0 max-md:rounded-none max-md:border-0 max-md:shadow-none">
        <TopBar
          crumbs={setCrumbs}
          actions={setActions}
          onHelp={() => setHelp(true)}
          onSearch={search}
        />
        <main id="main" tabIndex={-1} className="flex min-h-0 flex-1 flex-col">
          <PageSlotsContext value={slots}>{children}</PageSlotsContext>
        </main>
      </div>
      <BottomBar onSearch={search} />
      {searching && (
        <Suspense fallback={null}>
          <CommandPalette
            onSidebar={toggle}
            onHelp={() => setHelp(true)}
            onClose={() => setSearching(false)}
          />
        </Suspense>
      )}
      {help && (
        <Suspense fallback={null}>
          <ShortcutHelp open onOpenChange={setHelp} />
        </Suspense>
      )}
    </div>
  );
}

/** Below 1101px the rail is the rest state and opening it lasts for the visit only. */
function useRail() {
  const { rail: preferred } = usePreferences();
  const [opened, setOpened] = useState(false);
  const wide = useMediaQuery(WITH_SIDE_PANEL);
  const toggle = () => (wide ? setPreferences({ rail: !preferred }) : setOpened(!opened));
  return { rail: wide ? preferred : !opened, toggle };
}
