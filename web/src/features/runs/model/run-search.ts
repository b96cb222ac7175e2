import type { Run, RunStatus } from '@/api';

export const RUN_STATUSES = [
  'queued',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'cancelled',
] as const;
export const RUN_KINDS = ['agent', 'workflow', 'crew', 'evaluation', 'ingestion', 'job'] as const;
export const RUN_TRIGGERS = [
  'api',
  'chat',
  'schedule',
  'webhook',
  'child',
  'replay',
  'fork',
  'job',
] as const;

/** The last so many days. */
export const RUN_PERIODS = { '24h': 1, '7d': 7, '30d': 30 } as const;

export type RunPeriod = keyof typeof RUN_PERIODS;
export type RunKind = (typeof RUN_KINDS)[number];
export type RunTrigger = (typeof RUN_TRIGGERS)[number];

/** The filters of the list as they stand in the address. */
export interface RunSearch {
  q?: string;
  status?: RunStatus;
  kind?: RunKind;
  trigger?: RunTrigger;
  period?: RunPeriod;
  /** A span of time instead of a period: from `since` on and before `until`. */
  since?: string;
  until?: string;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Reads the filters from an address; whatever is not a known value is dropped. */
export function parseRunSearch(raw: Record<string, unknown>): RunSearch {
  const search: RunSearch = {};
  if (typeof raw.q === 'string' && raw.q.trim() !== '') search.q = raw.q;
  const status = oneOf(RUN_STATUSES, raw.status);
  const kind = oneOf(RUN_KINDS, raw.kind);
  const trigger = oneOf(RUN_TRIGGERS, raw.trigger);
  if (status) search.status = status;
  if (kind) search.kind = kind;
  if (trigger) search.trigger = trigger;
  for (const name of ['since', 'until'] as const) {
    const at = raw[name];
    if (typeof at === 'string' && !Number.isNaN(Date.parse(at))) search[name] = at;
  }
  const isPeriod = typeof raw.period === 'string' && raw.period in RUN_PERIODS;
  if (isPeriod && !search.since && !search.until) search.period = raw.period as RunPeriod;
  return search;
}

/** The filters as the server takes them. A period begins at a full minute, so that its pages belong together. */
export function toFilters({ period, ...search }: RunSearch, now: number): RunSearch {
  if (!period) return search;
  const since = Math.floor(now / MINUTE_MS) * MINUTE_MS - RUN_PERIODS[period] * DAY_MS;
  return { ...search, since: new Date(since).toISOString() };
}

function oneOf<const T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((candidate) => candidate === value);
}

export function hasFilters(search: RunSearch): boolean {
  return Object.values(search).some((value) => value !== undefined && value !== '');
}

/** Whether a run that just appeared belongs in a filtered list; null when only the server can tell. */
export function belongsTo(run: Run, search: RunSearch): boolean | null {
  if (search.status && run.status !== search.status) return false;
  if (search.kind && run.kind !== search.kind) return false;
  if (search.trigger && run.trigger !== search.trigger) return false;
  if (search.since && Date.parse(run.created_at) < Date.parse(search.since)) return false;
  if (search.until && Date.parse(run.created_at) >= Date.parse(search.until)) return false;
  return search.q ? null : true;
}

/** The address of one run: what is selected in it, and the list that it was opened from. */
export interface RunPageSearch extends RunSearch {
  step?: string;
}

export function parseRunPageSearch(raw: Record<string, unknown>): RunPageSearch {
  const search: RunPageSearch = parseRunSearch(raw);
  if (typeof raw.step === 'string' && raw.step !== '') search.step = raw.step;
  return search;
}
