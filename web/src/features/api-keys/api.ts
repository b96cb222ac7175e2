import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import {
  type ApiKey,
  type ApiKeyCreate,
  type ApiKeyCreated,
  type ApiKeyUpdate,
  api,
  nextCursor,
  type Page,
} from '@/api';

const LIST_LIMIT = 50;
const ALL_KEYS = ['api-keys'] as const;

export function apiKeysQuery(all: boolean) {
  return infiniteQueryOptions({
    queryKey: [...ALL_KEYS, { all }],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<ApiKey>>('/api-keys', {
        query: { ...(all && { all: 'true' }), cursor: pageParam, limit: LIST_LIMIT },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextCursor,
  });
}

function useRefetch() {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: ALL_KEYS });
}

/** The answer holds the key itself, so it is never kept in the cache. */
export function useCreateKey() {
  const onSettled = useRefetch();
  return useMutation({
    mutationFn: (body: ApiKeyCreate) => api.post<ApiKeyCreated>('/api-keys', body),
    onSettled,
    gcTime: 0,
  });
}

export function useUpdateKey(id: string) {
  const onSettled = useRefetch();
  return useMutation({
    mutationFn: ({ revision, ...change }: ApiKeyUpdate & { revision: number }) =>
      api.patch<ApiKey>(`/api-keys/${id}`, change, { revision }),
    onSettled,
  });
}

export function useRevokeKey() {
  const onSettled = useRefetch();
  return useMutation({ mutationFn: (id: string) => api.delete(`/api-keys/${id}`), onSettled });
}
