import { queryOptions } from '@tanstack/react-query';
import { type Agent, api, type SearchResults } from '@/api';

export const MAX_QUERY = 500;

/** One search; a newer one cancels it. */
export function searchQuery(q: string, kinds: string | undefined) {
  return queryOptions({
    queryKey: ['search', q, kinds] as const,
    queryFn: ({ signal }) =>
      api.get<SearchResults>('/search', {
        query: { q: q.slice(0, MAX_QUERY), kinds, limit: 6 },
        signal,
      }),
    staleTime: 10_000,
    retry: false,
  });
}

export function agentPreviewQuery(id: string) {
  return queryOptions({
    queryKey: ['agents', 'detail', id] as const,
    queryFn: ({ signal }) => api.get<Agent>(`/agents/${id}`, { signal }),
    staleTime: 10_000,
  });
}
