import type { LucideIcon } from 'lucide-react';
import type { ComponentPropsWithRef } from 'react';
import { cx } from '../cx';
import { Icon } from '../icon/icon';
import { Tooltip } from '../tooltip/tooltip';

export type IconButtonProps = Omit<ComponentPropsWithRef<'button'>, 'children'> & {
  icon: LucideIcon;
  /** The accessible name, shown as the tooltip. */
  label: string;
  shortcut?: string;
  size?: 'sm' | 'md';
  /** Shows the button as pressed (`aria-pressed`). */
  pressed?: boolean;
};

export function IconButton({
  icon,
  label,
  shortcut,
  size = 'md',
  pressed,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip content={label} shortcut={shortcut}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        className={cx(
          'inline-grid flex-none place-items-center rounded-md text-fg-3 transition-colors duration-(--o-dur-1) hover:bg-hover hover:text-fg disabled:pointer-events-none disabled:opacity-50 data-[state=open]:bg-active data-[state=open]:text-fg aria-pressed:bg-active aria-pressed:text-fg',
          size === 'sm' ? 'size-6 max-md:size-10' : 'size-7 max-md:size-10',
          className,
        )}
        {...rest}
      >
        <Icon icon={icon} size={size === 'sm' ? 14 : 16} />
      </button>
    </Tooltip>
  );
}
