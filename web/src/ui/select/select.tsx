import { Check, ChevronDown, ChevronsUpDown, type LucideIcon } from 'lucide-react';
import { Select as Primitive } from 'radix-ui';
import { cx } from '../cx';
import { useFieldControl } from '../field/field-context';
import { Icon } from '../icon/icon';

export type SelectOption = { value: string; label: string; hint?: string; disabled?: boolean };

export type SelectProps = {
  value: string | undefined;
  onValueChange: (value: string) => void;
  options: readonly SelectOption[];
  placeholder?: string;
  /** Needed outside a `Field`. */
  'aria-label'?: string;
  icon?: LucideIcon;
  /** `filter` is the 28px form for filter bars. */
  appearance?: 'field' | 'filter';
  disabled?: boolean;
  className?: string;
};

const APPEARANCE = {
  field: 'control flex h-(--o-control) items-center gap-2 text-left max-md:h-10',
  filter:
    'inline-flex h-7 items-center gap-1.5 rounded-md border border-line-strong bg-raised px-[9px] text-xs font-book text-fg-2 hover:border-line-control max-md:h-10',
};

/** Up to seven fixed choices; above that use `Combobox`. Values must not be empty strings. */
export function Select(props: SelectProps) {
  const {
    value,
    onValueChange,
    options,
    placeholder,
    icon,
    appearance = 'field',
    disabled,
  } = props;
  const field = useFieldControl();
  return (
    <Primitive.Root value={value ?? ''} onValueChange={onValueChange} disabled={disabled}>
      <Primitive.Trigger
        {...field}
        aria-label={props['aria-label']}
        className={cx(APPEARANCE[appearance], props.className)}
      >
        {icon && <Icon icon={icon} size={14} className="text-fg-3" />}
        <span className="min-w-0 truncate data-placeholder:text-fg-3">
          <Primitive.Value placeholder={placeholder} />
        </span>
        <Icon
          icon={appearance === 'field' ? ChevronsUpDown : ChevronDown}
          size={appearance === 'field' ? 14 : 12}
          className="-mr-0.5 ml-auto text-fg-3"
        />
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="o-pop pop max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) overflow-hidden"
        >
          <Primitive.Viewport className="p-1">
            {options.map((option) => (
              <Option key={option.value} {...option} />
            ))}
          </Primitive.Viewport>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

function Option({ value, label, hint, disabled }: SelectOption) {
  return (
    <Primitive.Item
      value={value}
      disabled={disabled}
      className="flex min-h-7 items-center gap-2 rounded-sm py-1 pr-2 pl-7 text-sm outline-none select-none data-disabled:text-fg-4 data-highlighted:bg-hover max-md:min-h-10"
    >
      <Primitive.ItemIndicator className="absolute left-3">
        <Icon icon={Check} size={14} className="text-brand-text" />
      </Primitive.ItemIndicator>
      <span className="flex flex-col">
        <Primitive.ItemText>{label}</Primitive.ItemText>
        {hint && <span className="meta text-fg-3">{hint}</span>}
      </span>
    </Primitive.Item>
  );
}
