import { type KeyboardEvent, useRef } from 'react';
import type { Run, RunStep } from '@/api';
import { cx, formatLatency, type Status, StatusIcon } from '@/ui';
import { messages } from '../../messages';
import { elapsedMs, type TraceRow, toTraceRows } from '../../model/trace';
import type { Selection } from '../chat/actions';

type TraceTreeProps = {
  run: Run;
  steps: RunStep[];
  now: number;
  selected: Selection | null;
  /** Null selects the run as a whole. */
  onSelect: (stepId: string | null) => void;
};

type Row = {
  id: string | null;
  name: string;
  mono: boolean;
  status: Status;
  depth: number;
  time: string;
};

/** The run and its steps. Up and down move, Enter selects. */
export function TraceTree({ run, steps, now, selected, onSelect }: TraceTreeProps) {
  const tree = useRef<HTMLDivElement>(null);
  const rows: Row[] = [runRow(run, now), ...toTraceRows(steps).map((row) => stepRow(row, now))];
  const chosen = selected ? rows.findIndex((row) => row.id === selected.stepId) : -1;
  return (
    <div
      ref={tree}
      role="tree"
      aria-label={messages.steps}
      className="flex-none border-b border-line py-2"
      onKeyDown={(event) => moveFocus(tree.current, event)}
    >
      {rows.map((row, index) => (
        <TreeItem
          key={row.id ?? 'run'}
          row={row}
          reach={reachOf(rows, index)}
          selected={index === chosen}
          tabbable={index === Math.max(chosen, 0)}
          onSelect={() => onSelect(row.id)}
        />
      ))}
    </div>
  );
}

type TreeItemProps = {
  row: Row;
  reach: number;
  selected: boolean;
  tabbable: boolean;
  onSelect: () => void;
};

function TreeItem({ row, reach, selected, tabbable, onSelect }: TreeItemProps) {
  return (
    <button
      type="button"
      role="treeitem"
      aria-level={row.depth + 1}
      aria-selected={selected}
      tabIndex={tabbable ? 0 : -1}
      onClick={onSelect}
      style={{ paddingLeft: `${16 + row.depth * 22}px` }}
      className={cx(
        'relative grid h-[34px] w-full grid-cols-[16px_minmax(0,1fr)_auto] items-center gap-[9px] pr-4 text-left -outline-offset-2 max-md:h-10',
        selected ? 'bg-brand-soft' : 'hover:bg-hover',
      )}
    >
      {row.depth > 0 && (
        <span
          aria-hidden="true"
          style={{ left: `${1 + row.depth * 22}px`, height: `${reach * 100}%` }}
          className="absolute bottom-1/2 w-[9px] rounded-bl-sm border-b border-l border-line-strong"
        />
      )}
      <StatusIcon status={row.status} size={16} />
      <span className={cx('truncate', row.depth === 0 && 'font-medium', row.mono && 'mono')}>
        {row.name}
      </span>
      <span className={cx('meta', row.status === 'waiting' ? 'text-waiting-text' : 'text-fg-3')}>
        {row.time}
      </span>
    </button>
  );
}

/** How many rows up the line goes: to the one before on the same level, or to the parent. */
function reachOf(rows: Row[], index: number): number {
  const depth = rows[index]?.depth ?? 0;
  const above = rows.slice(0, index).findLastIndex((row) => row.depth <= depth);
  return index - above;
}

function runRow(run: Run, now: number): Row {
  return {
    id: null,
    name: run.target_name ?? run.kind,
    mono: false,
    status: run.status,
    depth: 0,
    time: run.status === 'waiting' ? messages.waiting : timeOf(run, now),
  };
}

function stepRow({ step, depth }: TraceRow, now: number): Row {
  const asks = step.status === 'unknown' || step.status === 'waiting';
  return {
    id: step.id,
    name: step.kind === 'model' ? (step.model ?? step.name) : step.name,
    mono: step.kind === 'tool',
    status: asks ? 'waiting' : step.status,
    depth: depth + 1,
    time: asks ? messages.waiting : timeOf(step, now),
  };
}

function timeOf(span: Parameters<typeof elapsedMs>[0], now: number): string {
  const ms = elapsedMs(span, now);
  return ms === null ? '' : formatLatency(ms);
}

const STEP: Record<string, (index: number, last: number) => number> = {
  ArrowDown: (index, last) => Math.min(index + 1, last),
  ArrowUp: (index) => Math.max(index - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
};

function moveFocus(tree: HTMLElement | null, event: KeyboardEvent): void {
  const move = STEP[event.key];
  if (!tree || !move) return;
  event.preventDefault();
  const rows = [...tree.querySelectorAll<HTMLElement>('[role=treeitem]')];
  const index = rows.indexOf(document.activeElement as HTMLElement);
  rows[move(index, rows.length - 1)]?.focus();
}
