import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import {
  ChevronsUpDown,
  FolderKanban,
  PanelLeftClose,
  PanelLeftOpen,
  Plus,
  Search,
} from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { projectsQuery, useMe, useProject } from '@/features/session';
import {
  cx,
  Icon,
  IconButton,
  Kbd,
  Mark,
  Menu,
  type MenuItem,
  PRODUCT,
  useWorkspaceName,
} from '@/ui';
import { messages } from '../messages';
import { MOD } from '../mod';
import { NAV } from '../nav-items';
import { DocsLink, NavLink } from './nav-link';

/** Fetched when it is first opened. */
const ProjectDialog = lazy(() =>
  import('@/features/projects').then((made) => ({ default: made.ProjectDialog })),
);

type SidebarProps = { rail: boolean; onToggle: () => void; onSearch: () => void };

export function Sidebar({ rail, onToggle, onSearch }: SidebarProps) {
  return (
    <aside
      className={cx(
        'flex min-h-0 flex-none flex-col py-2.5 max-md:hidden',
        rail ? 'w-(--o-sidebar-rail) px-2' : 'w-(--o-sidebar) pr-2.5 pl-3',
      )}
    >
      <ProjectSwitcher rail={rail} />
      <SearchButton rail={rail} onClick={onSearch} />
      <nav
        aria-label={messages.mainNav}
        className="-mx-1 mt-3 flex min-h-0 flex-1 flex-col overflow-y-auto px-1 [scrollbar-width:none]"
      >
        <NavLink item={NAV.home} rail={rail} />
        <NavLink item={NAV.playground} rail={rail} />
        <Group label={messages.groups.build} rail={rail} />
        <NavLink item={NAV.agents} rail={rail} />
        <Group label={messages.groups.observe} rail={rail} />
        <NavLink item={NAV.runs} rail={rail} />
        <div className="mt-auto border-t border-line pt-2">
          <DocsLink rail={rail} />
        </div>
        <div className={cx('flex gap-1', rail ? 'flex-col' : 'items-center [&>a]:flex-1')}>
          <NavLink item={NAV.settings} rail={rail} />
          <IconButton
            icon={rail ? PanelLeftOpen : PanelLeftClose}
            label={rail ? messages.expand : messages.collapse}
            shortcut="["
            aria-expanded={!rail}
            onClick={onToggle}
            className={cx(rail && 'self-center')}
          />
        </div>
      </nav>
    </aside>
  );
}

/** Looks like a field and opens the palette. */
function SearchButton({ rail, onClick }: { rail: boolean; onClick: () => void }) {
  const keys = `${MOD} K`;
  if (rail) {
    return (
      <IconButton
        icon={Search}
        label={messages.search}
        shortcut={keys}
        onClick={onClick}
        className="mt-3 self-center"
      />
    );
  }
  return (
    <button
      type="button"
      onClick={onClick}
      className="mt-3 flex h-(--o-control-sm) flex-none items-center gap-2 rounded-md border border-line-control bg-raised px-2 text-fg-3 hover:text-fg"
    >
      <Icon icon={Search} size={14} />
      {messages.search}
      <Kbd keys={keys} className="ml-auto" />
    </button>
  );
}

function Group({ label, rail }: { label: string; rail: boolean }) {
  if (rail) return <hr className="mx-2 my-2 border-line" />;
  return (
    <h2 className="px-2 pt-[13px] pb-1 text-2xs font-medium tracking-[0.01em] text-fg-3">
      {label}
    </h2>
  );
}

function ProjectSwitcher({ rail }: { rail: boolean }) {
  const project = useProject();
  const workspace = useWorkspaceName();
  const [making, setMaking] = useState(false);
  const items = useSwitcherItems(() => setMaking(true));
  const navigate = useNavigate();
  const look = cx('flex h-9 items-center gap-[9px] rounded-md', rail ? 'justify-center' : 'px-1.5');
  return (
    <>
      <Menu
        label={messages.switchProject}
        align="start"
        items={items}
        header={<p className="max-w-56 truncate font-medium">{workspace}</p>}
        trigger={
          <button
            type="button"
            aria-label={`${messages.switchProject}, ${project.name}`}
            className={cx(look, 'w-full text-left hover:bg-hover')}
          >
            <Mark />
            {!rail && (
              <>
                <span className="min-w-0">
                  <span className="block truncate font-semibold tracking-[-0.011em]">
                    {project.name}
                  </span>
                  {workspace !== PRODUCT && (
                    <span className="block truncate text-2xs text-fg-3">{workspace}</span>
                  )}
                </span>
                <Icon icon={ChevronsUpDown} size={14} className="ml-auto text-fg-3" />
              </>
            )}
          </button>
        }
      />
      {making && (
        <Suspense fallback={null}>
          <ProjectDialog
            onClose={() => setMaking(false)}
            onDone={({ id }) => {
              setMaking(false);
              void navigate({ to: '/p/$project', params: { project: id } });
            }}
          />
        </Suspense>
      )}
    </>
  );
}

const SHOWN = 8;

/** The projects that one works in, the open one marked; the rest is one step away. */
function useSwitcherItems(onNew: () => void): MenuItem[] {
  const open = useProject();
  const { role } = useMe();
  const { data: projects = [] } = useQuery(projectsQuery);
  const navigate = useNavigate();
  const mine = projects.filter(({ id, my_role }) => my_role !== null || id === open.id);
  const switches = mine.slice(0, SHOWN).map(({ id, name }) => ({
    label: name,
    checked: id === open.id,
    onSelect: () => void navigate({ to: '/p/$project', params: { project: id } }),
  }));
  const all = {
    label: messages.allProjects,
    icon: FolderKanban,
    onSelect: () => void navigate({ to: '/projects' }),
  };
  const make = { label: messages.newProject, icon: Plus, onSelect: onNew };
  return [...switches, 'separator', all, ...(role === 'viewer' ? [] : [make])];
}
