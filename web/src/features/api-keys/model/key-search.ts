/** What stands in the address: the key that is open, and whether everybody's are listed. */
export interface KeySearch {
  key?: string;
  all?: boolean;
}

export function parseKeySearch(raw: Record<string, unknown>): KeySearch {
  const search: KeySearch = {};
  if (typeof raw.key === 'string' && raw.key !== '') search.key = raw.key;
  if (raw.all === true || raw.all === 'true') search.all = true;
  return search;
}
