import type { LucideIcon } from 'lucide-react';
import { Slot } from 'radix-ui';
import type { ComponentPropsWithRef } from 'react';
import { cx } from '../cx';
import { Icon } from '../icon/icon';
import { OrbitRing } from '../orbit-ring/orbit-ring';

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger' | 'danger-solid';
export type ButtonSize = 'sm' | 'md' | 'lg';

const VARIANT: Record<ButtonVariant, string> = {
  primary: 'bg-ink border-ink text-on-ink shadow-xs hover:bg-ink-hover',
  secondary: 'bg-raised border-line-strong text-fg shadow-xs hover:bg-hover',
  ghost: 'border-transparent text-fg-2 hover:bg-hover hover:text-fg',
  danger: 'border-transparent text-danger-text hover:bg-danger-soft',
  'danger-solid': 'bg-danger-solid border-danger-solid text-on-danger shadow-xs hover:opacity-90',
};
const SIZE: Record<ButtonSize, string> = {
  sm: 'h-(--o-control-sm) px-[9px] text-xs max-md:h-9 max-md:px-3',
  md: 'h-(--o-control) px-3 text-sm max-md:h-10',
  lg: 'h-[38px] px-4 text-base max-md:h-11',
};
const ICON_TONE: Record<ButtonVariant, string> = {
  primary: 'opacity-80',
  secondary: 'text-fg-3',
  ghost: 'text-fg-3',
  danger: '',
  'danger-solid': 'opacity-80',
};

export type ButtonProps = ComponentPropsWithRef<'button'> & {
  variant?: ButtonVariant;
  size?: ButtonSize;
  icon?: LucideIcon;
  /** Keeps the width, shows the orbit ring and ignores clicks. */
  busy?: boolean;
  /** Renders the only child (a link) with the look of a button. */
  asChild?: boolean;
};

/** Label = verb + object. One `primary` per view. */
export function Button({
  variant = 'secondary',
  size = 'md',
  icon,
  busy = false,
  asChild = false,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const Tag = asChild ? Slot.Root : 'button';
  const iconSize = size === 'sm' ? 12 : 14;
  const tone = ICON_TONE[variant];
  return (
    <Tag
      type={asChild ? undefined : 'button'}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={cx(
        'relative inline-flex flex-none items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap select-none transition-[background,border-color,color] duration-(--o-dur-1) disabled:opacity-55 disabled:pointer-events-none',
        VARIANT[variant],
        SIZE[size],
        className,
      )}
      {...rest}
    >
      {icon && !busy && <Icon icon={icon} size={iconSize} className={cx('-ml-0.5', tone)} />}
      {busy && <OrbitRing size={iconSize} className={icon ? '-ml-0.5' : 'absolute'} />}
      <Slot.Slottable>
        {busy && !icon ? <span className="invisible">{children}</span> : children}
      </Slot.Slottable>
    </Tag>
  );
}
