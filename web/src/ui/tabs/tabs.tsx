import { Tabs as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from '../cx';

export type Tab = { value: string; label: string; count?: number | string };

export type TabsProps = {
  value: string;
  onValueChange: (value: string) => void;
  tabs: readonly Tab[];
  /** Names the list for a reader. */
  label: string;
  /** `TabPanel`s, and whatever stands between the list and them. */
  children?: ReactNode;
  className?: string;
  listClassName?: string;
};

export function Tabs(props: TabsProps) {
  return (
    <Primitive.Root
      value={props.value}
      onValueChange={props.onValueChange}
      className={cx('flex min-h-0 min-w-0 flex-col', props.className)}
    >
      <Primitive.List
        aria-label={props.label}
        className={cx(
          'flex flex-none gap-5 overflow-x-auto border-b border-line [scrollbar-width:none]',
          props.listClassName,
        )}
      >
        {props.tabs.map((tab) => (
          <Primitive.Trigger
            key={tab.value}
            value={tab.value}
            className="relative inline-flex h-9 flex-none items-center gap-[7px] font-book whitespace-nowrap text-fg-3 -outline-offset-2 hover:text-fg data-[state=active]:font-strong data-[state=active]:text-fg after:absolute after:inset-x-0 after:-bottom-px after:h-0.5 after:rounded-t-sm data-[state=active]:after:bg-fg max-md:h-11"
          >
            {tab.label}
            {tab.count !== undefined && <span className="meta text-fg-3">{tab.count}</span>}
          </Primitive.Trigger>
        ))}
      </Primitive.List>
      {props.children}
    </Primitive.Root>
  );
}

export function TabPanel(props: { value: string; className?: string; children: ReactNode }) {
  return (
    <Primitive.Content value={props.value} className={cx('outline-none', props.className)}>
      {props.children}
    </Primitive.Content>
  );
}
