import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useProject } from '@/features/session';
import { messages } from '../messages';
import type { SettingsGroup } from '../settings-nav';
import { useSettingsGroups } from '../use-settings-groups';

export function SettingsLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-0 flex-1 max-md:flex-col">
      <nav
        aria-label={messages.title}
        className="scroll-thin w-[204px] flex-none border-r border-line px-3 py-4 max-lg:w-[190px] max-md:flex max-md:w-full max-md:gap-1 max-md:border-r-0 max-md:border-b max-md:py-1"
      >
        {useSettingsGroups().map((group) => (
          <Group key={group.label} group={group} />
        ))}
      </nav>
      {children}
    </div>
  );
}

function Group({ group }: { group: SettingsGroup }) {
  const params = { project: useProject().id };
  return (
    <>
      <GroupName>{group.label}</GroupName>
      {group.links.map(({ label, to }) => (
        <Item key={to} to={to} params={params}>
          {label}
        </Item>
      ))}
    </>
  );
}

function GroupName({ children }: { children: string }) {
  return (
    <h2 className="px-2 pt-3 pb-1 text-2xs font-medium text-fg-3 first:pt-0.5 max-md:hidden">
      {children}
    </h2>
  );
}

function Item({ children, ...link }: LinkProps & { children: string }) {
  return (
    <Link
      {...link}
      className="flex h-7 flex-none items-center rounded-md px-2 text-fg-2 -outline-offset-2 hover:bg-hover hover:text-fg aria-[current=page]:bg-active aria-[current=page]:font-strong aria-[current=page]:text-fg max-md:h-10"
    >
      {children}
    </Link>
  );
}
