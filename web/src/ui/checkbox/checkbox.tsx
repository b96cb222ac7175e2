import { Check, Minus } from 'lucide-react';
import { Checkbox as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';
import { Icon } from '../icon/icon';

export type CheckboxProps = {
  checked: boolean | 'indeterminate';
  onCheckedChange: (checked: boolean) => void;
  /** Visible label; without it give `aria-label`. */
  children?: ReactNode;
  'aria-label'?: string;
  disabled?: boolean;
};

export function Checkbox({ checked, onCheckedChange, children, ...rest }: CheckboxProps) {
  const box = (
    <Primitive.Root
      {...rest}
      checked={checked}
      onCheckedChange={(next) => onCheckedChange(next === true)}
      className="relative grid size-4 flex-none place-items-center rounded-xs border border-line-control bg-raised text-on-ink before:absolute before:-inset-2 data-[state=checked]:border-ink data-[state=checked]:bg-ink data-[state=indeterminate]:border-ink data-[state=indeterminate]:bg-ink disabled:opacity-50"
    >
      <Primitive.Indicator>
        <Icon icon={checked === 'indeterminate' ? Minus : Check} size={12} />
      </Primitive.Indicator>
    </Primitive.Root>
  );
  if (!children) return box;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control inside is the Radix button
    <label className="flex items-center gap-2">
      {box}
      <span>{children}</span>
    </label>
  );
}
