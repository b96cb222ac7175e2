import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import {
  api,
  type EmailChange,
  type LinkStart,
  nextCursor,
  type OwnerProof,
  type Page,
  type PasswordChange,
  type RecoveryCodes,
  resetCsrf,
  type SecondFactor,
  type SecondFactorProof,
  type SecondFactorSecret,
  type SessionsEnded,
  type SessionView,
  type SignInLink,
  type User,
} from '@/api';
import { meQuery } from '@/features/session';

const keys = {
  sessions: ['auth', 'sessions'],
  secondFactor: ['auth', 'second-factor'],
  signInLink: ['auth', 'oidc', 'link'],
} as const;

export const sessionsQuery = infiniteQueryOptions({
  queryKey: keys.sessions,
  queryFn: ({ pageParam, signal }) =>
    api.get<Page<SessionView>>('/auth/sessions', { query: { cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: nextCursor,
});

export const secondFactorQuery = queryOptions({
  queryKey: keys.secondFactor,
  queryFn: ({ signal }) => api.get<SecondFactor>('/auth/second-factor', { signal }),
});

export const signInLinkQuery = queryOptions({
  queryKey: keys.signInLink,
  queryFn: ({ signal }) => api.get<SignInLink>('/auth/oidc/link', { signal }),
});

function useRefresh(queryKey: readonly string[]) {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey });
}

/** The server answers with a new session, whose form token is another one. */
export function useChangePassword() {
  const refresh = useRefresh(keys.sessions);
  return useMutation({
    mutationFn: (body: PasswordChange) => api.post<User>('/auth/password', body),
    onSuccess: () => {
      resetCsrf();
      return refresh();
    },
  });
}

export function useChangeEmail() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: EmailChange) => api.post<User>('/auth/email', body),
    onSuccess: (user) => {
      queryClient.setQueryData(meQuery.queryKey, user);
      return queryClient.invalidateQueries({ queryKey: keys.sessions });
    },
  });
}

export function useEndSession() {
  const refresh = useRefresh(keys.sessions);
  return useMutation({
    mutationFn: (id: string) => api.delete<void>(`/auth/sessions/${id}`),
    onSettled: refresh,
  });
}

export function useEndOtherSessions() {
  const refresh = useRefresh(keys.sessions);
  return useMutation({
    mutationFn: () => api.delete<SessionsEnded>('/auth/sessions'),
    onSettled: refresh,
  });
}

export function useBeginSecondFactor() {
  return useMutation({
    mutationFn: (password: string) =>
      api.post<SecondFactorSecret>('/auth/second-factor', { password }),
  });
}

export function useConfirmSecondFactor() {
  const queryClient = useQueryClient();
  const refresh = () => {
    queryClient.setQueryData(meQuery.queryKey, (me) => me && { ...me, factor_due: false });
    return queryClient.invalidateQueries({ queryKey: keys.secondFactor });
  };
  return useMutation({
    mutationFn: (code: string) => api.post<RecoveryCodes>('/auth/second-factor/confirm', { code }),
    onSuccess: refresh,
  });
}

export function useRenewRecoveryCodes() {
  const refresh = useRefresh(keys.secondFactor);
  return useMutation({
    mutationFn: (proof: SecondFactorProof) =>
      api.post<RecoveryCodes>('/auth/second-factor/recovery-codes', proof),
    onSuccess: refresh,
  });
}

export function useDisableSecondFactor() {
  const refresh = useRefresh(keys.secondFactor);
  return useMutation({
    mutationFn: (proof: SecondFactorProof) => api.post<void>('/auth/second-factor/disable', proof),
    onSuccess: refresh,
  });
}

/** Leaves for the provider's page, which sends the browser back to `next`. */
export function useConnectSignIn() {
  return useMutation({
    mutationFn: ({ next, proof }: { next: string; proof: OwnerProof }) =>
      api.post<LinkStart>('/auth/oidc/link', proof, { query: { next } }),
    onSuccess: ({ url }) => window.location.assign(url),
  });
}

export function useDisconnectSignIn() {
  const refresh = useRefresh(keys.signInLink);
  return useMutation({
    mutationFn: () => api.delete<void>('/auth/oidc/link'),
    onSettled: refresh,
  });
}
