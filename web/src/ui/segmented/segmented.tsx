import type { LucideIcon } from 'lucide-react';
import { ToggleGroup } from 'radix-ui';
import { Icon } from '../icon/icon';

export type SegmentedOption<V extends string> = { value: V; label: string; icon?: LucideIcon };

export type SegmentedProps<V extends string> = {
  value: V;
  onValueChange: (value: V) => void;
  options: readonly SegmentedOption<V>[];
  label: string;
};

/** Two to four views of the same data. */
export function Segmented<V extends string>(props: SegmentedProps<V>) {
  return (
    <ToggleGroup.Root
      type="single"
      value={props.value}
      onValueChange={(next) => next && props.onValueChange(next as V)}
      aria-label={props.label}
      className="inline-flex flex-none rounded-[8px] bg-sunken p-0.5 ring-1 ring-inset ring-line-strong"
    >
      {props.options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className="inline-flex h-6 items-center gap-1.5 rounded-[6px] px-2.5 text-xs font-medium text-fg-3 hover:text-fg data-[state=on]:bg-raised data-[state=on]:text-fg data-[state=on]:shadow-xs data-[state=on]:ring-1 data-[state=on]:ring-line-strong max-md:h-9"
        >
          {option.icon && <Icon icon={option.icon} size={14} />}
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
