/** Which panel stands open beside the list: a provider's, or a new one of a type. */
export type ProviderSearch = { provider?: string; add?: string };

export function parseProviderSearch(raw: Record<string, unknown>): ProviderSearch {
  if (typeof raw.provider === 'string') return { provider: raw.provider };
  if (typeof raw.add === 'string') return { add: raw.add };
  return {};
}
