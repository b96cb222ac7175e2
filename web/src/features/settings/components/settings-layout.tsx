import { Link, type LinkProps } from '@tanstack/react-router';
import { ChevronDown } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { useProject } from '@/features/session';
import { cx, Icon, Note, Page } from '@/ui';
import { messages } from '../messages';
import type { SettingsGroup } from '../settings-nav';
import { useSettingsCrumb } from '../use-settings-crumb';
import { useClosedSetting, useSettingsGroups } from '../use-settings-groups';

export function SettingsLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-0 flex-1 max-md:flex-col">
      <SettingsMenu />
      <Guarded>{children}</Guarded>
    </div>
  );
}

/** A page that the menu hides is not shown by its address either. */
function Guarded({ children }: { children: ReactNode }) {
  const closed = useClosedSetting();
  const crumbs = useSettingsCrumb();
  if (!closed) return children;
  return (
    <Page title={closed.label} crumbs={crumbs}>
      <Note>{messages.adminsOnly}</Note>
    </Page>
  );
}

/** Beside the page; on a phone above it, folded. */
function SettingsMenu() {
  const id = useId();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const onEscape = (event: KeyboardEvent) => {
    if (!open || event.key !== 'Escape') return;
    setOpen(false);
    button.current?.focus();
  };
  return (
    <nav
      aria-label={messages.title}
      onKeyDown={onEscape}
      className="w-[204px] flex-none border-r border-line max-lg:w-[190px] max-md:w-full max-md:border-r-0 max-md:border-b"
    >
      <button
        ref={button}
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="hidden h-11 w-full items-center gap-2 px-4 font-medium -outline-offset-2 max-md:flex"
      >
        {messages.all}
        <Icon icon={ChevronDown} className={cx('ml-auto text-fg-3', open && 'rotate-180')} />
      </button>
      <div
        id={id}
        className={cx(
          'scroll-thin h-full overflow-y-auto px-3 py-4 max-md:grid max-md:h-auto max-md:max-h-[60dvh] max-md:grid-cols-2 max-md:px-2 max-md:pt-0 max-md:pb-2',
          !open && 'max-md:hidden',
        )}
      >
        {useSettingsGroups().map((group) => (
          <Group key={group.label} group={group} onFollow={() => setOpen(false)} />
        ))}
      </div>
    </nav>
  );
}

type GroupProps = { group: SettingsGroup; onFollow: () => void };

function Group({ group, onFollow }: GroupProps) {
  const params = { project: useProject().id };
  return (
    <>
      <GroupName>{group.label}</GroupName>
      {group.links.map(({ label, to }) => (
        <Item key={to} to={to} params={params} onClick={onFollow}>
          {label}
        </Item>
      ))}
    </>
  );
}

function GroupName({ children }: { children: string }) {
  return (
    <h2 className="px-2 pt-3 pb-1 text-2xs font-medium text-fg-3 first:pt-0.5 max-md:col-span-2">
      {children}
    </h2>
  );
}

function Item({ children, ...link }: LinkProps & { children: string; onClick: () => void }) {
  return (
    <Link
      {...link}
      className="flex h-7 flex-none items-center rounded-md px-2 text-fg-2 -outline-offset-2 hover:bg-hover hover:text-fg aria-[current=page]:bg-active aria-[current=page]:font-strong aria-[current=page]:text-fg max-md:h-10"
    >
      {children}
    </Link>
  );
}
