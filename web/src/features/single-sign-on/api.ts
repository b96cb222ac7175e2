import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type OidcCheck, type OidcUpdate, type OidcView } from '@/api';

export const oidcQuery = queryOptions({
  queryKey: ['settings', 'oidc'],
  queryFn: ({ signal }) => api.get<OidcView>('/settings/oidc', { signal }),
});

export function useUpdateOidc() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ revision, ...change }: OidcUpdate & { revision: number }) =>
      api.patch<OidcView>('/settings/oidc', change, { revision }),
    onSuccess: (now) => queryClient.setQueryData(oidcQuery.queryKey, now),
    onError: () => queryClient.invalidateQueries({ queryKey: oidcQuery.queryKey }),
  });
}

export function useCheckOidc() {
  return useMutation({ mutationFn: () => api.post<OidcCheck>('/settings/oidc/check') });
}
