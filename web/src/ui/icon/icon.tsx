import type { LucideIcon } from 'lucide-react';
import { cx } from '../cx';

const STROKE: Record<number, number> = { 12: 1.9, 14: 1.7, 16: 1.6, 18: 1.5, 20: 1.4 };

export type IconProps = { icon: LucideIcon; size?: 12 | 14 | 16 | 18 | 20; className?: string };

/** A lucide icon with the stroke its size needs. Decorative: name the control, not the icon. */
export function Icon({ icon: Glyph, size = 16, className }: IconProps) {
  return (
    <Glyph
      size={size}
      strokeWidth={STROKE[size]}
      aria-hidden="true"
      className={cx('flex-none', className)}
    />
  );
}
