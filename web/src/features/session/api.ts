import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import {
  ApiError,
  type AuthStatus,
  api,
  fetchAll,
  type InviteAccept,
  type LoginRequest,
  type MeUpdate,
  type Project,
  type ResetAnswer,
  type ResetConfirm,
  resetCsrf,
  type SetupRequest,
  type SignedOut,
  type User,
  type WorkspaceName,
} from '@/api';
import { setLeaving } from './leaving';

export const sessionKeys = {
  status: ['auth', 'status'] as const,
  me: ['auth', 'me'] as const,
  projects: ['projects'] as const,
  health: ['health'] as const,
};

export const authStatusQuery = queryOptions({
  queryKey: sessionKeys.status,
  queryFn: ({ signal }) => api.get<AuthStatus>('/auth/status', { signal }),
});

/** The signed-in user, or `null` when nobody is. */
export const meQuery = queryOptions({
  queryKey: sessionKeys.me,
  queryFn: async ({ signal, client }): Promise<User | null> => {
    const shown = client.getQueryData<User | null>(sessionKeys.me);
    // Asked first, so that nobody who only opens the page meets a refusal.
    if (!shown && !(await api.get<AuthStatus>('/auth/status', { signal })).signed_in) return null;
    try {
      return await api.get<User>('/auth/me', { signal });
    } catch (error) {
      // A page that shows somebody goes on showing them, until the browser is at sign-in.
      if (!shown && error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
});

/** Public. Renamed in the settings, which ask for it anew. */
export const workspaceNameQuery = queryOptions({
  queryKey: ['workspace'],
  queryFn: ({ signal }) => api.get<WorkspaceName>('/workspace', { signal }),
});

export const projectsQuery = queryOptions({
  queryKey: sessionKeys.projects,
  queryFn: ({ signal }) => fetchAll<Project>('/projects', {}, signal),
  staleTime: 5 * 60_000,
});

function useSignedIn() {
  const queryClient = useQueryClient();
  return (user: User) => {
    resetCsrf();
    // All but the workspace's name, which the frame shows to everybody and keeps watching.
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'workspace' });
    queryClient.getMutationCache().clear();
    queryClient.setQueryData(sessionKeys.me, user);
  };
}

export function useSignIn() {
  const onSuccess = useSignedIn();
  return useMutation({
    mutationFn: (body: LoginRequest) => api.post<User>('/auth/login', body),
    onSuccess,
  });
}

export function useAskForReset() {
  return useMutation({
    mutationFn: (email: string) => api.post<ResetAnswer>('/auth/password-reset/request', { email }),
  });
}

export function useResetPassword() {
  return useMutation({
    mutationFn: (body: ResetConfirm) => api.post<void>('/auth/password-reset/confirm', body),
  });
}

export function useSetUp() {
  const onSuccess = useSignedIn();
  return useMutation({
    mutationFn: (body: SetupRequest) => api.post<User>('/auth/setup', body),
    onSuccess,
  });
}

export function useAcceptInvite() {
  const onSuccess = useSignedIn();
  return useMutation({
    mutationFn: (body: InviteAccept) => api.post<User>('/auth/invites/accept', body),
    onSuccess,
  });
}

/** Signs out and leaves for the door; who came through the provider, for its door first. */
export function useSignOut(onError: (error: Error) => void): () => void {
  const queryClient = useQueryClient();
  const signOut = useMutation({
    onMutate: () => setLeaving(true),
    onError: () => setLeaving(false),
    mutationFn: async (): Promise<string | null> => {
      const me = queryClient.getQueryData(meQuery.queryKey);
      if (me?.signed_in_by === 'oidc') return (await api.post<SignedOut>('/auth/oidc/logout')).url;
      await api.post<void>('/auth/logout');
      return null;
    },
  });
  return () =>
    signOut.mutate(undefined, {
      // A new document drops everything that the session had loaded, in memory too.
      onSuccess: (url) => window.location.assign(url ?? '/login'),
      onError,
    });
}

export function useUpdateMe() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ revision, ...change }: MeUpdate & { revision: number }) =>
      api.patch<User>('/auth/me', change, { revision }),
    onSuccess: (user) => queryClient.setQueryData(sessionKeys.me, user),
  });
}
