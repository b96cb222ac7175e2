import { api, type Query } from './client';
import type { Page } from './types';

/** `getNextPageParam` of an infinite query over a cursor list. */
export function nextCursor<T>(page: Page<T>): string | undefined {
  return page.pagination.has_more ? (page.pagination.next_cursor ?? undefined) : undefined;
}

/** Every row of a list that is known to be short (models, providers), page by page. */
export async function fetchAll<T>(
  path: string,
  query: Query = {},
  signal?: AbortSignal,
): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<T> = await api.get(path, { query: { ...query, cursor, limit: 100 }, signal });
    rows.push(...page.data);
    cursor = nextCursor(page);
  } while (cursor);
  return rows;
}
