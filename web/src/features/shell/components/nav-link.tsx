import { Link, useNavigate } from '@tanstack/react-router';
import { BookOpen, Ellipsis, FolderKanban, Search, SunMoon } from 'lucide-react';
import { useProject } from '@/features/session';
import { cx, Icon, Menu, Tooltip } from '@/ui';
import { messages } from '../messages';
import { BOTTOM_ITEMS, MORE_ITEMS, type NavItem } from '../nav-items';
import { toggleTheme } from '../theme';

const LOOK =
  'group flex h-7 items-center gap-[9px] rounded-md font-book text-fg-2 hover:bg-hover hover:text-fg aria-[current=page]:bg-active aria-[current=page]:font-strong aria-[current=page]:text-fg';

/** Out of the project, to the documentation of this server. */
export function DocsLink({ rail }: { rail: boolean }) {
  const { docs } = messages.nav;
  const link = (
    <Link
      to="/docs"
      preload={false}
      aria-label={rail ? docs : undefined}
      className={cx(LOOK, rail ? 'justify-center' : 'px-2')}
    >
      <Icon icon={BookOpen} className="text-fg-3" />
      {!rail && docs}
    </Link>
  );
  if (!rail) return link;
  return (
    <Tooltip content={docs} side="right">
      {link}
    </Tooltip>
  );
}

export function NavLink({ item, rail }: { item: NavItem; rail: boolean }) {
  const project = useProject();
  const link = (
    <Link
      to={item.to}
      params={{ project: project.id, thread: undefined }}
      aria-label={rail ? item.label : undefined}
      activeOptions={{ exact: item.exact ?? false, includeSearch: false }}
      className={cx(LOOK, rail ? 'justify-center' : 'px-2')}
    >
      <Icon icon={item.icon} className="text-fg-3 group-aria-[current=page]:text-brand-text" />
      {!rail && item.label}
    </Link>
  );
  if (!rail) return link;
  return (
    <Tooltip content={item.label} shortcut={`g ${item.letter}`} side="right">
      {link}
    </Tooltip>
  );
}

/** The bar at the bottom of a phone: the pages of every day, the rest under More. */
export function BottomBar({ onSearch }: { onSearch: () => void }) {
  const project = useProject();
  const navigate = useNavigate();
  const items = BOTTOM_ITEMS;
  const label = messages.mainNav;
  const go = (to: NavItem['to']) =>
    void navigate({ to, params: { project: project.id, thread: undefined } });
  return (
    <nav
      aria-label={label}
      className="hidden h-[54px] flex-none border-t border-line bg-canvas max-md:flex"
    >
      {items.map((item) => (
        <Link
          key={item.key}
          to={item.to}
          params={{ project: project.id, thread: undefined }}
          activeOptions={{ exact: item.exact ?? false, includeSearch: false }}
          className="group flex flex-1 flex-col items-center justify-center gap-[3px] text-[11px] leading-[14px] text-fg-3 -outline-offset-2 aria-[current=page]:font-strong aria-[current=page]:text-fg"
        >
          <Icon icon={item.icon} size={20} className="group-aria-[current=page]:text-brand-text" />
          {item.short}
        </Link>
      ))}
      <Menu
        label={messages.more}
        side="top"
        trigger={
          <button
            type="button"
            className="flex flex-1 flex-col items-center justify-center gap-[3px] text-[11px] leading-[14px] text-fg-3 -outline-offset-2"
          >
            <Icon icon={Ellipsis} size={20} />
            {messages.more}
          </button>
        }
        items={[
          ...MORE_ITEMS.map(({ label: name, icon, to }) => ({
            label: name,
            icon,
            onSelect: () => go(to),
          })),
          {
            label: messages.allProjects,
            icon: FolderKanban,
            onSelect: () => void navigate({ to: '/projects' }),
          },
          'separator' as const,
          {
            label: messages.documentation,
            icon: BookOpen,
            onSelect: () => void navigate({ to: '/docs' }),
          },
          { label: messages.search, icon: Search, onSelect: onSearch },
          { label: messages.switchTheme, icon: SunMoon, onSelect: toggleTheme },
        ]}
      />
    </nav>
  );
}
