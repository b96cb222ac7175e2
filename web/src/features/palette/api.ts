import { queryOptions } from '@tanstack/react-query';
import { type Agent, api, type Conversation, type Page, type SearchResults } from '@/api';

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

export type Named = { kind: 'agent' | 'conversation'; id: string; name: string; at: string };

const NEWEST = 100;

/** The names of the newest things of a project, to look through where a search by letters found nothing. */
export function namesQuery(projectId: string) {
  return queryOptions({
    queryKey: ['search', 'names', projectId] as const,
    queryFn: async ({ signal }): Promise<Named[]> => {
      const options = { query: { project_id: projectId, limit: NEWEST }, signal };
      const [agents, conversations] = await Promise.all([
        api.get<Page<Agent>>('/agents', options),
        api.get<Page<Conversation>>('/conversations', options),
      ]);
      return [
        ...agents.data.map(({ id, name, updated_at: at }) => ({
          kind: 'agent' as const,
          id,
          name,
          at,
        })),
        ...conversations.data.map(({ id, title, updated_at: at }) => ({
          kind: 'conversation' as const,
          id,
          name: title ?? '',
          at,
        })),
      ];
    },
    staleTime: 30_000,
    retry: false,
  });
}

/** Sections of the documentation; its text is fetched with the first question. */
export function docsQuery(q: string) {
  return queryOptions({
    queryKey: ['search', 'docs', q] as const,
    queryFn: async () => (await import('@/features/docs')).findInDocs(q),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
