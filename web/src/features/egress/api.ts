import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Egress, type EgressTest, type EgressUpdate } from '@/api';

export const egressQuery = queryOptions({
  queryKey: ['settings', 'egress'],
  queryFn: ({ signal }) => api.get<Egress>('/settings/egress', { signal }),
});

export function useChangeEgress() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ revision, ...change }: EgressUpdate & { revision: number }) =>
      api.patch<Egress>('/settings/egress', change, { revision }),
    onSuccess: (now) => queryClient.setQueryData(egressQuery.queryKey, now),
    onError: () => queryClient.invalidateQueries({ queryKey: egressQuery.queryKey }),
  });
}

export function useTestEgress() {
  return useMutation({
    mutationFn: (url: string) => api.post<EgressTest>('/settings/egress/test', { url }),
  });
}
