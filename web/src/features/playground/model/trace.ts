import type { Run, RunStep } from '@/api';

/** A row of the trace: a step below the one that called it. */
export type TraceRow = { step: RunStep; depth: number };

export type TraceTotals = { durationMs: number | null; costUsdMicros: number; tokens: number };

const ENDED = new Set<RunStep['status']>([
  'succeeded',
  'failed',
  'skipped',
  'cancelled',
  'unknown',
]);
const RUN_ENDED = new Set<Run['status']>(['succeeded', 'failed', 'cancelled']);

export function isRunEnded(run: Run): boolean {
  return RUN_ENDED.has(run.status);
}

/** Puts an event's step among the known ones; what has ended does not begin again. */
export function withStep(steps: RunStep[], step: RunStep): RunStep[] {
  const index = steps.findIndex((known) => known.id === step.id);
  const known = steps[index];
  if (!known) return [...steps, step].sort(byOrdinal);
  if (ENDED.has(known.status) && !ENDED.has(step.status)) return steps;
  return steps.with(index, step);
}

/** The newest attempt of each step, children below their parents. */
export function toTraceRows(steps: RunStep[]): TraceRow[] {
  const newest = new Map<string, RunStep>();
  for (const step of [...steps].sort(byOrdinal)) {
    const known = newest.get(step.key);
    if (!known || step.attempt >= known.attempt) newest.set(step.key, step);
  }
  return [...newest.values()].map((step) => ({ step, depth: depthOf(step, newest) }));
}

function depthOf(step: RunStep, steps: Map<string, RunStep>): number {
  let depth = 0;
  let parent = step.parent_key;
  while (parent !== null && depth < 8) {
    const above = steps.get(parent);
    if (!above) break;
    depth += 1;
    parent = above.parent_key;
  }
  return depth;
}

function byOrdinal(a: RunStep, b: RunStep): number {
  return a.ordinal - b.ordinal || a.attempt - b.attempt;
}

/** A run that is under way is counted up to `now`; its usage is what its steps have told so far. */
export function traceTotals(run: Run, steps: RunStep[], now: number): TraceTotals {
  const durationMs = elapsedMs(run, now);
  if (isRunEnded(run)) {
    const tokens = run.usage.input_tokens + run.usage.output_tokens;
    return { durationMs, costUsdMicros: run.cost_usd_micros, tokens };
  }
  return {
    durationMs,
    costUsdMicros: sum(steps, (step) => step.cost_usd_micros ?? 0),
    tokens: sum(steps, ({ usage }) => (usage ? usage.input_tokens + usage.output_tokens : 0)),
  };
}

/** From start to end, or to `now` while there is no end. */
export function elapsedMs(
  span: { started_at: string | null; ended_at: string | null },
  now: number,
): number | null {
  if (span.started_at === null) return null;
  const end = span.ended_at === null ? now : Date.parse(span.ended_at);
  return Math.max(0, end - Date.parse(span.started_at));
}

function sum(steps: RunStep[], value: (step: RunStep) => number): number {
  return steps.reduce((total, step) => total + value(step), 0);
}

/** A step whose effect nobody knows of: a person has to say what happened. */
export function stepToDecide(run: Run | undefined, steps: RunStep[]): RunStep | null {
  if (run?.status !== 'waiting') return null;
  return toTraceRows(steps).find(({ step }) => step.status === 'unknown')?.step ?? null;
}
