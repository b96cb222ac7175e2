import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type SignInUpdate, type SignInView } from '@/api';

export const signInQuery = queryOptions({
  queryKey: ['settings', 'sign-in'],
  queryFn: ({ signal }) => api.get<SignInView>('/settings/sign-in', { signal }),
});

export function useUpdateSignIn() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ revision, ...change }: SignInUpdate & { revision: number }) =>
      api.patch<SignInView>('/settings/sign-in', change, { revision }),
    onSuccess: (now) => queryClient.setQueryData(signInQuery.queryKey, now),
    onError: () => queryClient.invalidateQueries({ queryKey: signInQuery.queryKey }),
  });
}
