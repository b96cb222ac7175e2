import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type MailTested, type MailUpdate, type MailView } from '@/api';

export const mailQuery = queryOptions({
  queryKey: ['settings', 'mail'],
  queryFn: ({ signal }) => api.get<MailView>('/settings/mail', { signal }),
});

export function useUpdateMail() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ revision, ...change }: MailUpdate & { revision: number }) =>
      api.patch<MailView>('/settings/mail', change, { revision }),
    onSuccess: (mail) => queryClient.setQueryData(mailQuery.queryKey, mail),
    onError: () => queryClient.invalidateQueries({ queryKey: mailQuery.queryKey }),
  });
}

export function useTestMail() {
  return useMutation({
    mutationFn: (to: string) => api.post<MailTested>('/settings/mail/test', { to }),
  });
}
