export const PERIODS = { day: 1, week: 7, month: 30 } as const;
export type Period = keyof typeof PERIODS;

/** The filters as they stand in the address, and the entry that is open. */
export interface AuditSearch {
  q?: string;
  action?: string;
  thing?: string;
  person?: string;
  period?: Period;
  entry?: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Reads the filters from an address; whatever cannot be one is dropped. */
export function parseAuditSearch(raw: Record<string, unknown>): AuditSearch {
  const search: AuditSearch = {};
  for (const name of ['q', 'action', 'thing', 'person'] as const) {
    const value = raw[name];
    if (typeof value === 'string' && value.trim() !== '') search[name] = value;
  }
  if (typeof raw.period === 'string' && raw.period in PERIODS) search.period = raw.period as Period;
  const entry = Number(raw.entry);
  if (Number.isSafeInteger(entry) && entry > 0) search.entry = entry;
  return search;
}

export function hasFilters({ entry: _, ...filters }: AuditSearch): boolean {
  return Object.keys(filters).length > 0;
}

/** The filters as the server takes them. A period begins at a full minute, so that a page asks once and not at every look. */
export function toFilters({ q, action, thing, person, period }: AuditSearch, now: number) {
  const since = period && Math.floor(now / MINUTE_MS) * MINUTE_MS - PERIODS[period] * DAY_MS;
  return {
    ...(q && { q }),
    ...(action && { action }),
    ...(thing && { entity_type: thing }),
    ...(person && { actor_id: person }),
    ...(since && { since: new Date(since).toISOString() }),
  };
}
