import {
  CircleCheck,
  CircleDashed,
  CircleSlash,
  CircleX,
  type LucideIcon,
  TriangleAlert,
  UserRoundCheck,
} from 'lucide-react';
import { cx } from '../cx';
import { Icon } from '../icon/icon';
import { messages } from '../messages';
import { OrbitRing } from '../orbit-ring/orbit-ring';
import { BADGE_TONE, type BadgeTone } from './badge';

type Family = 'success' | 'running' | 'waiting' | 'warn' | 'danger' | 'queued' | 'cancelled';

type Look = { icon: LucideIcon | null; tone: BadgeTone; colour: string };

const FAMILY: Record<Family, Look> = {
  success: { icon: CircleCheck, tone: 'success', colour: 'text-success' },
  running: { icon: null, tone: 'running', colour: 'text-running' },
  waiting: { icon: UserRoundCheck, tone: 'waiting', colour: 'text-waiting' },
  warn: { icon: TriangleAlert, tone: 'warn', colour: 'text-warn' },
  danger: { icon: CircleX, tone: 'danger', colour: 'text-danger' },
  queued: { icon: CircleDashed, tone: 'neutral', colour: 'text-fg-4' },
  cancelled: { icon: CircleSlash, tone: 'neutral', colour: 'text-fg-4' },
};

const words = messages.status;

const STATUS = {
  succeeded: ['success', words.done],
  ok: ['success', words.working],
  running: ['running', words.running],
  started: ['running', words.running],
  waiting: ['waiting', words.waiting],
  failed: ['danger', words.failed],
  error: ['danger', words.notWorking],
  queued: ['queued', words.queued],
  untested: ['queued', words.notTested],
  cancelled: ['cancelled', words.stopped],
  skipped: ['cancelled', words.skipped],
  unknown: ['warn', words.unknown],
  warn: ['warn', words.unknown],
} as const satisfies Record<string, readonly [Family, string]>;

/** Every status of a run, a step and a provider (`untested` for a provider's `unknown`). */
export type Status = keyof typeof STATUS;

/** The status icon alone, for tree rows whose name follows; says its word to a reader. */
export function StatusIcon(props: { status: Status; size?: 12 | 14 | 16; label?: string }) {
  const { status, size = 14, label } = props;
  const [family, word] = STATUS[status];
  return (
    <span className={cx('inline-flex flex-none', FAMILY[family].colour)}>
      <Glyph family={family} size={size} />
      <span className="sr-only">{label ?? word}</span>
    </span>
  );
}

export type StatusBadgeProps = {
  status: Status;
  /** Replaces the word, e.g. “Reading 64%”. */
  label?: string;
  /** `plain` is icon + word for table cells. */
  appearance?: 'badge' | 'plain';
};

export function StatusBadge({ status, label, appearance = 'badge' }: StatusBadgeProps) {
  const [family, word] = STATUS[status];
  const look = FAMILY[family];
  const plain = appearance === 'plain';
  return (
    <span
      className={cx(
        'inline-flex flex-none items-center whitespace-nowrap',
        plain
          ? 'gap-[7px]'
          : 'h-5 gap-[5px] rounded-sm px-[7px] text-xs font-medium ring-1 ring-inset',
        !plain && BADGE_TONE[look.tone],
      )}
    >
      <span className={look.colour}>
        <Glyph family={family} size={plain ? 14 : 12} />
      </span>
      {label ?? word}
    </span>
  );
}

function Glyph({ family, size }: { family: Family; size: 12 | 14 | 16 }) {
  const { icon } = FAMILY[family];
  return icon ? <Icon icon={icon} size={size} /> : <OrbitRing size={size} />;
}
