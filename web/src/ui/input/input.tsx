import type { LucideIcon } from 'lucide-react';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import { cx } from '../cx';
import { useFieldControl } from '../field/field-context';
import { Icon } from '../icon/icon';

export type InputProps = Omit<ComponentPropsWithRef<'input'>, 'size'> & {
  icon?: LucideIcon;
  /** Inside the right edge: a `Kbd`, a unit, a button. */
  trailing?: ReactNode;
  size?: 'sm' | 'md' | 'lg';
  mono?: boolean;
};

const SIZE = {
  sm: 'h-7 min-h-7 max-md:h-10',
  md: 'h-(--o-control) max-md:h-10',
  lg: 'h-[38px] text-base max-md:h-11',
};

export function Input({ icon, trailing, size = 'md', mono, className, ...rest }: InputProps) {
  const field = useFieldControl();
  const input = (
    <input
      {...field}
      {...rest}
      className={cx(
        'control',
        SIZE[size],
        icon && 'pl-8',
        trailing ? 'pr-9' : undefined,
        mono && 'font-mono text-xs',
        !icon && !trailing && className,
      )}
    />
  );
  if (!icon && !trailing) return input;
  return (
    <span className={cx('relative flex items-center', className)}>
      {icon && (
        <Icon icon={icon} size={14} className="pointer-events-none absolute left-2.5 text-fg-3" />
      )}
      {input}
      {trailing && <span className="absolute right-2 flex items-center">{trailing}</span>}
    </span>
  );
}
