import type { Run, RunStep } from '@/api';
import type { StepNode, TreeRow } from './step-tree';

/** Milliseconds since the epoch. */
export interface TimeWindow {
  start: number;
  end: number;
}

/** What a bar's colour stands for; `group` is a row with rows below it. */
export type BarTone =
  | 'model'
  | 'tool'
  | 'retrieval'
  | 'code'
  | 'other'
  | 'waiting'
  | 'error'
  | 'group';

export interface Bar {
  /** Percent of the lane. */
  left: number;
  width: number;
  tone: BarTone;
  durationMs: number;
  labelSide: 'left' | 'right';
}

/** Past this much of the lane a label no longer fits to the right of its bar. */
const LABEL_TURNS_AT = 86;
/** With less than this before the bar a label on the left would lie over the step's name. */
const LABEL_NEEDS = 14;
const MAX_TICKS = 7;
const TICK_STEPS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000,
  300_000, 600_000, 900_000, 1_800_000, 3_600_000,
];

export function time(value: string | null | undefined): number | null {
  const at = value ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** From the first to the last moment that the run or any of its steps knows; an open end reaches to `now`. */
export function timeWindow(run: Run, steps: readonly RunStep[], now: number): TimeWindow {
  const begins = steps.map((step) => time(step.started_at));
  const ends = steps.map((step) => time(step.ended_at));
  const open = run.ended_at === null || run.ended_at === undefined;
  const start = least([time(run.started_at), ...begins]) ?? time(run.created_at) ?? now;
  const end = greatest([time(run.ended_at), ...ends, open ? now : null]) ?? start;
  return { start, end: Math.max(end, start + 1) };
}

function least(values: readonly (number | null)[]): number | null {
  return values.reduce(
    (low, value) => (value === null || (low !== null && low <= value) ? low : value),
    null,
  );
}

function greatest(values: readonly (number | null)[]): number | null {
  return values.reduce(
    (high, value) => (value === null || (high !== null && high >= value) ? high : value),
    null,
  );
}

/** Round offsets in milliseconds from the start, at most seven of them. */
export function axisTicks(window: TimeWindow): number[] {
  const span = window.end - window.start;
  const step = TICK_STEPS_MS.find((size) => span / size < MAX_TICKS) ?? roundHours(span);
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => index * step);
}

function roundHours(span: number): number {
  const hour = 3_600_000;
  return Math.ceil(span / hour / (MAX_TICKS - 1)) * hour;
}

export function tickPosition(offsetMs: number, window: TimeWindow): number {
  return (offsetMs / (window.end - window.start)) * 100;
}

/** The tone of a single step, whatever stands below it. */
export function stepTone(step: RunStep): BarTone {
  if (step.status === 'failed') return 'error';
  if (step.status === 'waiting' || step.status === 'unknown') return 'waiting';
  switch (step.kind) {
    case 'model':
    case 'tool':
    case 'retrieval':
    case 'code':
      return step.kind;
    case 'human':
    case 'timer':
      return 'waiting';
    default:
      return 'other';
  }
}

export function durationOf(
  item: { started_at?: string | null; ended_at?: string | null },
  now: number,
): number | null {
  const start = time(item.started_at);
  return start === null ? null : Math.max(0, (time(item.ended_at) ?? now) - start);
}

/** A step is open until it ends; one whose outcome nobody knows stands still where it began. */
export function stepDuration(step: RunStep, runEnd: number): number {
  if (step.status === 'unknown' && !step.ended_at) return 0;
  return durationOf(step, runEnd) ?? 0;
}

/** Where a row's bar lies, or null while nothing of it has begun. */
export function barOf(row: TreeRow, run: Run, window: TimeWindow): Bar | null {
  const start = row.step ? time(row.step.started_at) : window.start;
  if (start === null) return null;
  const durationMs = row.step ? stepDuration(row.step, window.end) : runDuration(run, window);
  const span = window.end - window.start;
  const left = clamp(((start - window.start) / span) * 100);
  const width = Math.min(100 - left, (durationMs / span) * 100);
  const turns = row.step && left + width > LABEL_TURNS_AT && left >= LABEL_NEEDS;
  const labelSide = turns ? 'left' : 'right';
  return { left, width, tone: rowTone(row), durationMs, labelSide };
}

function runDuration(run: Run, window: TimeWindow): number {
  return Math.max(0, (time(run.ended_at) ?? window.end) - (time(run.started_at) ?? window.start));
}

function rowTone(row: TreeRow): BarTone {
  return row.step && !isContainer(row) ? stepTone(row.step) : 'group';
}

/** A step that only holds others; a model or a tool with steps below it has also worked itself. */
function isContainer({ step, hasChildren }: Pick<TreeRow, 'step' | 'hasChildren'>): boolean {
  return (
    hasChildren && (step?.kind === 'node' || step?.kind === 'child') && step.status !== 'failed'
  );
}

function clamp(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}

/** Time per tone, for the legend. What happened inside a step counts for the inner one only. */
export function toneTotals(nodes: readonly StepNode[], runEnd: number): Map<BarTone, number> {
  const totals = new Map<BarTone, number>();
  for (const node of allNodes(nodes)) {
    if (isContainer({ step: node.step, hasChildren: node.children.length > 0 })) continue;
    const tone = stepTone(node.step);
    totals.set(tone, (totals.get(tone) ?? 0) + ownTime(node, runEnd));
  }
  return totals;
}

/** The step that itself took longest, waits for people and timers aside; null in an empty run. */
export function slowestStep(nodes: readonly StepNode[], runEnd: number): RunStep | null {
  let slowest: { step: RunStep; ms: number } | null = null;
  for (const node of allNodes(nodes)) {
    const ms = ownTime(node, runEnd);
    if (stepTone(node.step) !== 'waiting' && ms > (slowest?.ms ?? -1))
      slowest = { step: node.step, ms };
  }
  return slowest?.step ?? null;
}

function allNodes(nodes: readonly StepNode[]): StepNode[] {
  return nodes.flatMap((node) => [node, ...allNodes(node.children)]);
}

/** A step's duration without the parts of it in which a step below was under way. */
function ownTime(node: StepNode, runEnd: number): number {
  const [start, end] = interval(node.step, runEnd);
  let reached = start;
  let covered = 0;
  const inner = node.children
    .map((child) => interval(child.step, runEnd))
    .sort((a, b) => a[0] - b[0]);
  for (const [from, to] of inner) {
    covered += Math.max(0, Math.min(to, end) - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return Math.max(0, end - start - covered);
}

function interval(step: RunStep, runEnd: number): [number, number] {
  const start = time(step.started_at) ?? runEnd;
  return [start, start + stepDuration(step, runEnd)];
}

/** An offset on the axis, in the unit that needs the fewest digits. */
export function tickLabel(offsetMs: number): string {
  if (offsetMs >= 3_600_000) return `${trimmed(offsetMs / 3_600_000)} h`;
  if (offsetMs >= 60_000) return `${trimmed(offsetMs / 60_000)} min`;
  if (offsetMs >= 1_000 || offsetMs === 0) return `${trimmed(offsetMs / 1_000)} s`;
  return `${trimmed(offsetMs)} ms`;
}

function trimmed(value: number): string {
  return String(Math.round(value * 100) / 100);
}
