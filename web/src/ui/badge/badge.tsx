import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '../cx';
import { Icon } from '../icon/icon';

export type BadgeTone = 'neutral' | 'success' | 'warn' | 'danger' | 'info' | 'running' | 'waiting';

export const BADGE_TONE: Record<BadgeTone, string> = {
  neutral: 'bg-sunken text-fg-2 ring-line-strong',
  success: 'bg-success-soft text-success-text ring-success-line',
  warn: 'bg-warn-soft text-warn-text ring-warn-line',
  danger: 'bg-danger-soft text-danger-text ring-danger-line',
  info: 'bg-info-soft text-info-text ring-info-line',
  running: 'bg-running-soft text-running-text ring-running-line',
  waiting: 'bg-waiting-soft text-waiting-text ring-waiting-line',
};

export type BadgeProps = { tone?: BadgeTone; icon?: LucideIcon; children: ReactNode };

export function Badge({ tone = 'neutral', icon, children }: BadgeProps) {
  return (
    <span
      className={cx(
        'inline-flex h-5 flex-none items-center gap-[5px] rounded-sm px-[7px] text-xs font-medium whitespace-nowrap ring-1 ring-inset',
        BADGE_TONE[tone],
      )}
    >
      {icon && <Icon icon={icon} size={12} />}
      {children}
    </span>
  );
}

/** A neutral word about a thing: its kind, a label. */
export function Tag({ mono, children }: { mono?: boolean; children: ReactNode }) {
  return (
    <span
      className={cx(
        'inline-flex h-5 flex-none items-center gap-[5px] rounded-sm bg-hover px-1.5 text-xs whitespace-nowrap text-fg-2',
        mono && 'font-mono text-2xs',
      )}
    >
      {children}
    </span>
  );
}

/** Icon and value, no fill: the meta facts of a row. `label` names the value for a reader. */
export function Chip(props: { icon?: LucideIcon; label?: string; children: ReactNode }) {
  return (
    <span className="meta inline-flex items-center gap-1 whitespace-nowrap text-fg-3">
      {props.icon && <Icon icon={props.icon} size={12} className="text-fg-4" />}
      {props.label && <span className="sr-only">{props.label}</span>}
      {props.children}
    </span>
  );
}
