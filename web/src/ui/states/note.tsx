import { CircleCheck, CircleX, Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '../cx';
import { Icon } from '../icon/icon';

export type NoteTone = 'neutral' | 'success' | 'warn' | 'danger' | 'info';

const LOOK: Record<NoteTone, { icon: LucideIcon; box: string; tint?: string }> = {
  neutral: { icon: Info, box: 'bg-sunken text-fg-2 ring-line' },
  success: { icon: CircleCheck, box: 'bg-sunken text-fg-2 ring-line', tint: 'text-success' },
  warn: { icon: TriangleAlert, box: 'bg-warn-soft text-warn-text ring-warn-line' },
  danger: { icon: CircleX, box: 'bg-danger-soft text-danger-text ring-danger-line' },
  info: { icon: Info, box: 'bg-info-soft text-info-text ring-info-line' },
};

export type NoteProps = {
  tone?: NoteTone;
  /** `alert` for something that just went wrong, `status` for a result. */
  role?: 'alert' | 'status';
  /** Right end: one link or button. */
  action?: ReactNode;
  children: ReactNode;
};

/** A sentence in a box: a result, a warning, a proposal. */
export function Note({ tone = 'neutral', role, action, children }: NoteProps) {
  const look = LOOK[tone];
  return (
    <div
      role={role}
      className={cx('flex gap-2.5 rounded-md px-3 py-2.5 ring-1 ring-inset', look.box)}
    >
      <Icon icon={look.icon} className={cx('mt-0.5', look.tint)} />
      <div className="min-w-0 flex-1">{children}</div>
      {action}
    </div>
  );
}
