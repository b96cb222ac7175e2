import { ChevronDown, ChevronRight } from 'lucide-react';
import type { Run, RunStep } from '@/api';
import { cx, formatLatency, Icon, OrbitRing } from '@/ui';
import { messages } from '../../messages';
import type { TreeRow } from '../../model/step-tree';
import { type Bar, barOf, type TimeWindow } from '../../model/waterfall';
import { ProviderName } from '../step/asked-note';
import { runIcon, STEP_ICON, TONE_FILL } from './looks';

const words = messages.trace;
const INDENT = 18;

export interface TraceRowProps {
  row: TreeRow;
  run: Run;
  window: TimeWindow;
  selected: boolean;
  focused: boolean;
  /** How many attempts the step's key has. */
  attempts: number;
}

/** One line of the tree and its bar. The tree around it handles the pointer and the keys. */
export function TraceRow({ row, run, window, selected, focused, attempts }: TraceRowProps) {
  const bar = barOf(row, run, window);
  return (
    <div
      role="treeitem"
      data-row={row.id}
      tabIndex={focused ? 0 : -1}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-selected={selected}
      aria-expanded={row.hasChildren ? row.expanded : undefined}
      className={cx(
        'relative grid h-[31px] grid-cols-(--trace-cols) items-center pl-8 outline-none -outline-offset-2 focus-visible:outline-2 max-md:h-11 max-md:grid-cols-[minmax(0,1fr)_auto] max-md:border-b max-md:border-line max-md:pr-4 max-md:pl-4',
        selected
          ? 'bg-brand-soft before:absolute before:inset-y-0 before:left-0 before:w-0.5 before:bg-brand'
          : 'hover:bg-hover',
      )}
    >
      <RowName row={row} run={run} attempts={attempts} />
      <span className="relative mr-[62px] h-full max-md:mr-0">
        {bar && <RowBar row={row} run={run} bar={bar} />}
      </span>
    </div>
  );
}

function RowName({ row, run, attempts }: Pick<TraceRowProps, 'row' | 'run' | 'attempts'>) {
  const { step } = row;
  const name = step?.name ?? run.target_name ?? messages.removedTarget;
  return (
    <span
      className="flex min-w-0 items-center gap-2 pr-3"
      style={{ paddingLeft: (row.level - 1) * INDENT }}
    >
      <span
        data-toggle={row.hasChildren || undefined}
        aria-hidden="true"
        className="grid h-6 w-3 flex-none place-items-center text-fg-4"
      >
        {row.hasChildren && <Icon icon={row.expanded ? ChevronDown : ChevronRight} size={12} />}
      </span>
      <Icon
        icon={step ? STEP_ICON[step.kind] : runIcon(run.kind)}
        size={14}
        className="text-fg-3"
      />
      <span className={cx('truncate', !step && 'font-semibold', step?.kind === 'tool' && 'mono')}>
        {name}
      </span>
      {step?.kind === 'model' && <ProviderName step={step} />}
      {step && turnOf(step) && (
        <span className="meta flex-none text-fg-3">{words.turn(turnOf(step) ?? '')}</span>
      )}
      {step && attempts > 1 && (
        <span className="meta flex-none text-fg-3">{words.attempt(step.attempt)}</span>
      )}
    </span>
  );
}

/** A model call is named after its model; its turn tells one from the next. */
function turnOf(step: RunStep): string | null {
  return step.kind === 'model' ? (/^turn:(\d+)\//.exec(step.key)?.[1] ?? null) : null;
}

function RowBar({ row, run, bar }: { row: TreeRow; run: Run; bar: Bar }) {
  const end = bar.left + bar.width;
  const thin = bar.tone === 'group';
  return (
    <>
      <span
        aria-hidden="true"
        data-tone={bar.tone}
        style={{ left: `${bar.left}%`, width: `${bar.width}%` }}
        className={cx(
          'absolute min-w-[3px] rounded-[3px] max-md:hidden',
          thin ? 'top-[13px] h-[5px]' : 'top-2.5 h-[11px]',
          TONE_FILL[bar.tone],
        )}
      />
      <span
        style={bar.labelSide === 'right' ? { left: `${end}%` } : { right: `${100 - bar.left}%` }}
        className={cx(
          'meta absolute top-1.5 inline-flex items-center gap-1 px-1.5 whitespace-nowrap max-md:static max-md:h-full max-md:px-0',
          labelColour(row),
        )}
      >
        {isOpen(row, run) && <OrbitRing size={12} className="text-running" />}
        {label(row, bar)}
      </span>
    </>
  );
}

function isOpen(row: TreeRow, run: Run): boolean {
  return row.step
    ? row.step.status === 'started' && run.status === 'running'
    : run.status === 'running';
}

function labelColour({ step }: TreeRow): string {
  if (step?.status === 'failed') return 'text-danger-text';
  if (step?.status === 'waiting' || step?.status === 'unknown') return 'text-waiting-text';
  return 'text-fg-3';
}

function label({ step }: TreeRow, bar: Bar): string {
  const time = formatLatency(bar.durationMs);
  switch (step?.status) {
    case 'failed':
      return words.failedAfter(time);
    case 'waiting':
      return words.waitingFor(time);
    case 'cancelled':
      return words.stoppedAfter(time);
    case 'unknown':
      return words.unknown;
    case 'skipped':
      return words.skipped;
    default:
      return time;
  }
}
