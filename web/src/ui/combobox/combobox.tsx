import { Command } from 'cmdk';
import { Check, ChevronsUpDown, type LucideIcon, Plus } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { cx } from '../cx';
import { useFieldControl } from '../field/field-context';
import { Icon } from '../icon/icon';
import { messages } from '../messages';

export type ComboboxOption = {
  value: string;
  label: string;
  /** Kind, provider or price, right of the label. */
  meta?: string;
  group?: string;
  icon?: LucideIcon;
  keywords?: string[];
};

export type ComboboxProps = {
  value: string | null;
  onValueChange: (value: string) => void;
  options: readonly ComboboxOption[];
  placeholder: string;
  searchPlaceholder?: string;
  'aria-label'?: string;
  /** Adds the last row “Create “x””. */
  onCreate?: (text: string) => void;
  loading?: boolean;
  disabled?: boolean;
  /** Own look of the closed control, given the chosen option. */
  trigger?: (chosen: ComboboxOption | undefined) => ReactNode;
  triggerClassName?: string;
};

/** More than seven choices, or choices from the server: type to filter, arrows, Enter. */
export function Combobox(props: ComboboxProps) {
  const [open, setOpen] = useState(false);
  const field = useFieldControl();
  const chosen = props.options.find((option) => option.value === props.value);
  const choose = (action: () => void) => {
    action();
    setOpen(false);
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button
          type="button"
          role="combobox"
          aria-expanded={open}
          aria-label={props['aria-label']}
          disabled={props.disabled}
          {...field}
          className={
            props.triggerClassName ??
            'control flex h-(--o-control) items-center gap-2 text-left max-md:h-10'
          }
        >
          {props.trigger?.(chosen) ?? <Chosen chosen={chosen} placeholder={props.placeholder} />}
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label={props['aria-label'] ?? props.placeholder}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="o-pop pop w-(--radix-popover-trigger-width) min-w-72 overflow-hidden"
        >
          <Options {...props} choose={choose} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Chosen({ chosen, placeholder }: { chosen?: ComboboxOption; placeholder: string }) {
  return (
    <>
      {chosen?.icon && <Icon icon={chosen.icon} size={14} className="text-fg-3" />}
      <span className={cx('min-w-0 truncate', !chosen && 'text-fg-3')}>
        {chosen?.label ?? placeholder}
      </span>
      {chosen?.meta && <span className="meta truncate text-fg-3">{chosen.meta}</span>}
      <Icon icon={ChevronsUpDown} size={14} className="-mr-0.5 ml-auto text-fg-3" />
    </>
  );
}

function Options(props: ComboboxProps & { choose: (action: () => void) => void }) {
  const { options, value, onValueChange, onCreate, loading, choose } = props;
  const [query, setQuery] = useState('');
  return (
    <Command loop label={props['aria-label'] ?? props.placeholder}>
      <Command.Input
        value={query}
        onValueChange={setQuery}
        placeholder={props.searchPlaceholder ?? props.placeholder}
        className="h-9 w-full border-b border-line bg-transparent px-3 text-sm outline-none placeholder:text-fg-3"
      />
      <Command.List className="scroll-thin max-h-72 p-1">
        {loading && (
          <Command.Loading className="meta px-2 py-1.5 text-fg-3">
            {messages.loading}
          </Command.Loading>
        )}
        {!loading && !onCreate && (
          <Command.Empty className="meta px-2 py-3 text-center text-fg-3">
            {messages.noMatch(query)}
          </Command.Empty>
        )}
        {groupsOf(options).map(([group, rows]) => (
          <Command.Group
            key={group}
            heading={group || undefined}
            className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-fg-3"
          >
            {rows.map((row) => (
              <Row
                key={row.value}
                row={row}
                chosen={row.value === value}
                onSelect={() => choose(() => onValueChange(row.value))}
              />
            ))}
          </Command.Group>
        ))}
        {onCreate && query.trim() !== '' && (
          <Command.Item
            forceMount
            value={`create ${query}`}
            onSelect={() => choose(() => onCreate(query.trim()))}
            className={ROW}
          >
            <Icon icon={Plus} size={14} className="text-fg-3" />
            {messages.create(query.trim())}
          </Command.Item>
        )}
      </Command.List>
    </Command>
  );
}

const ROW =
  'flex min-h-8 items-center gap-2 rounded-sm px-2 text-sm select-none data-[selected=true]:bg-hover max-md:min-h-10';

function Row(props: { row: ComboboxOption; chosen: boolean; onSelect: () => void }) {
  const { row, chosen, onSelect } = props;
  return (
    <Command.Item
      value={row.value}
      keywords={[row.label, row.group ?? '', ...(row.keywords ?? [])]}
      onSelect={onSelect}
      className={ROW}
    >
      {row.icon && <Icon icon={row.icon} size={14} className="text-fg-3" />}
      <span className="min-w-0 truncate">{row.label}</span>
      {row.meta && <span className="meta ml-auto flex-none text-fg-3">{row.meta}</span>}
      {chosen && (
        <Icon icon={Check} size={14} className={cx('text-brand-text', !row.meta && 'ml-auto')} />
      )}
    </Command.Item>
  );
}

function groupsOf(options: readonly ComboboxOption[]): [string, ComboboxOption[]][] {
  const groups = new Map<string, ComboboxOption[]>();
  for (const option of options) {
    const name = option.group ?? '';
    groups.set(name, [...(groups.get(name) ?? []), option]);
  }
  return [...groups];
}
