import { Link } from '@tanstack/react-router';
import { useProject } from '@/features/session';
import { cx, Icon, Tooltip } from '@/ui';
import type { NavItem } from '../nav-items';

export function NavLink({ item, rail }: { item: NavItem; rail: boolean }) {
  const project = useProject();
  const link = (
    <Link
      to={item.to}
      params={{ project: project.id, thread: undefined }}
      aria-label={rail ? item.label : undefined}
      activeOptions={{ exact: false }}
      className={cx(
        'group flex h-7 items-center gap-[9px] rounded-md font-book text-fg-2 hover:bg-hover hover:text-fg aria-[current=page]:bg-active aria-[current=page]:font-strong aria-[current=page]:text-fg',
        rail ? 'justify-center' : 'px-2',
      )}
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

/** The bar at the bottom of a phone. */
export function BottomBar({ items, label }: { items: readonly NavItem[]; label: string }) {
  const project = useProject();
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
          activeOptions={{ exact: false }}
          className="group flex flex-1 flex-col items-center justify-center gap-[3px] text-[11px] leading-[14px] text-fg-3 -outline-offset-2 aria-[current=page]:font-strong aria-[current=page]:text-fg"
        >
          <Icon icon={item.icon} size={20} className="group-aria-[current=page]:text-brand-text" />
          {item.short}
        </Link>
      ))}
    </nav>
  );
}
