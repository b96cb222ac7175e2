import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown, PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import { projectsQuery, useProject } from '@/features/session';
import { cx, Icon, IconButton, Mark, Menu } from '@/ui';
import { messages } from '../messages';
import { NAV } from '../nav-items';
import { NavLink } from './nav-link';

export function Sidebar({ rail, onToggle }: { rail: boolean; onToggle: () => void }) {
  return (
    <aside
      className={cx(
        'flex min-h-0 flex-none flex-col py-2.5 max-md:hidden',
        rail ? 'w-(--o-sidebar-rail) px-2' : 'w-(--o-sidebar) pr-2.5 pl-3',
      )}
    >
      <ProjectSwitcher rail={rail} />
      <nav
        aria-label={messages.mainNav}
        className="-mx-1 mt-3 flex min-h-0 flex-1 flex-col overflow-y-auto px-1 [scrollbar-width:none]"
      >
        <NavLink item={NAV.playground} rail={rail} />
        <Group label={messages.groups.build} rail={rail} />
        <NavLink item={NAV.agents} rail={rail} />
        <Group label={messages.groups.observe} rail={rail} />
        <NavLink item={NAV.runs} rail={rail} />
        <div
          className={cx(
            'mt-auto flex gap-1 border-t border-line pt-2',
            rail ? 'flex-col' : 'items-center [&>a]:flex-1',
          )}
        >
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
  const { data: projects = [] } = useQuery(projectsQuery);
  const navigate = useNavigate();
  const several = projects.length > 1;
  const inside = (
    <>
      <Mark />
      {!rail && (
        <span className="min-w-0 truncate font-semibold tracking-[-0.011em]">{project.name}</span>
      )}
      {!rail && several && <Icon icon={ChevronsUpDown} size={14} className="ml-auto text-fg-3" />}
    </>
  );
  const look = cx('flex h-9 items-center gap-[9px] rounded-md', rail ? 'justify-center' : 'px-1.5');
  if (!several) return <div className={look}>{inside}</div>;
  return (
    <Menu
      label={messages.switchProject}
      align="start"
      items={projects.map(({ id, name }) => ({
        label: name,
        checked: id === project.id,
        onSelect: () => void navigate({ to: '/p/$project', params: { project: id } }),
      }))}
      trigger={
        <button
          type="button"
          aria-label={`${messages.switchProject}, ${project.name}`}
          className={cx(look, 'w-full text-left hover:bg-hover')}
        >
          {inside}
        </button>
      }
    />
  );
}
