import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import {
  type Account,
  type AccountDelete,
  type AccountUpdate,
  api,
  fetchAll,
  type Invite,
  type InviteCreate,
  type Invited,
  type InviteLink,
  type LinkStart,
  nextCursor,
  type OwnedThings,
  type Page,
  type ProjectMember,
  type Role,
  type SessionsEnded,
  type SessionView,
} from '@/api';
import { sessionKeys } from '@/features/session';

export type PeopleFilter = { q?: string; role?: Role; status?: Account['status'] };

export const PEOPLE = ['people'] as const;
export const INVITES = ['invites'] as const;
const membersKey = (projectId: string) => ['projects', projectId, 'members'] as const;

export const peopleQuery = (filter: PeopleFilter) =>
  infiniteQueryOptions({
    queryKey: [...PEOPLE, 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Account>>('/users', {
        query: { ...filter, cursor: pageParam, limit: 50 },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextCursor,
  });

/** Somebody whom the list has not loaded. */
export const personQuery = (id: string) =>
  queryOptions({
    queryKey: [...PEOPLE, 'one', id],
    queryFn: ({ signal }) => api.get<Account>(`/users/${id}`, { signal }),
    retry: false,
  });

/** Everybody who can come in: whom one may choose. */
export const activePeopleQuery = queryOptions({
  queryKey: [...PEOPLE, 'active'],
  queryFn: ({ signal }) => fetchAll<Account>('/users', { status: 'active' }, signal),
});

export const ownedQuery = (id: string) =>
  queryOptions({
    queryKey: [...PEOPLE, 'owned', id],
    queryFn: ({ signal }) => api.get<OwnedThings>(`/users/${id}/owned`, { signal }),
    staleTime: 0,
  });

/** Where somebody else is signed in. */
export const sessionsQuery = (id: string) =>
  queryOptions({
    queryKey: [...PEOPLE, 'sessions', id],
    queryFn: ({ signal }) => fetchAll<SessionView>(`/users/${id}/sessions`, {}, signal),
  });

export const invitesQuery = queryOptions({
  queryKey: INVITES,
  queryFn: ({ signal }) => fetchAll<Invite>('/users/invites', {}, signal),
});

/** What an invite link is for. The token is a secret of its holder: it is kept in no cache. */
export const invitedQuery = (token: string) =>
  queryOptions({
    queryKey: ['invited', token],
    queryFn: () => api.post<Invited>('/auth/invites/look', { token }),
    retry: false,
    gcTime: 0,
  });

/** Leaves for the provider's page, which sends the browser back signed in. */
export function useAcceptBySignOn() {
  return useMutation({
    mutationFn: (token: string) => api.post<LinkStart>('/auth/oidc/invite', { token }),
    onSuccess: ({ url }) => window.location.assign(url),
    gcTime: 0,
  });
}

export const membersQuery = (projectId: string) =>
  queryOptions({
    queryKey: membersKey(projectId),
    queryFn: ({ signal }) => fetchAll<ProjectMember>(`/projects/${projectId}/members`, {}, signal),
  });

/** Not waited for: the row that asked may be gone when the lists are back, and with it what it had to say. */
function useRefetch(...keys: (readonly string[])[]) {
  const client = useQueryClient();
  return () => {
    for (const queryKey of keys) void client.invalidateQueries({ queryKey });
  };
}

export function useInvite() {
  const onSettled = useRefetch(INVITES);
  return useMutation({
    mutationFn: (body: InviteCreate) => api.post<InviteLink>('/users/invites', body),
    onSettled,
    gcTime: 0,
  });
}

export function useResendInvite() {
  const onSettled = useRefetch(INVITES);
  return useMutation({
    mutationFn: (id: string) => api.post<InviteLink>(`/users/invites/${id}/resend`),
    onSettled,
    gcTime: 0,
  });
}

export function useRevokeInvite() {
  const onSettled = useRefetch(INVITES);
  return useMutation({
    mutationFn: (id: string) => api.delete(`/users/invites/${id}`),
    onSettled,
  });
}

export function useUpdateAccount() {
  const onSettled = useRefetch(PEOPLE);
  return useMutation({
    mutationFn: ({ id, revision, ...change }: AccountUpdate & { id: string; revision: number }) =>
      api.patch<Account>(`/users/${id}`, change, { revision }),
    onSettled,
  });
}

export function useSetActive() {
  const onSettled = useRefetch(PEOPLE);
  return useMutation({
    mutationFn: ({ id, active }: { id: string; active: boolean }) =>
      api.post<Account>(`/users/${id}/${active ? 'reactivate' : 'deactivate'}`),
    onSettled,
  });
}

export function useEndSession(id: string) {
  const onSettled = useRefetch(PEOPLE);
  return useMutation({
    mutationFn: (session: string) => api.delete<void>(`/users/${id}/sessions/${session}`),
    onSettled,
  });
}

export function useEndSessions(id: string) {
  const onSettled = useRefetch(PEOPLE);
  return useMutation({
    mutationFn: () => api.delete<SessionsEnded>(`/users/${id}/sessions`),
    onSettled,
  });
}

export function useResetSecondFactor(id: string) {
  const onSettled = useRefetch(PEOPLE);
  return useMutation({
    mutationFn: () => api.delete<void>(`/users/${id}/second-factor`),
    onSettled,
  });
}

export function useDeleteAccount() {
  const onSettled = useRefetch(PEOPLE);
  return useMutation({
    mutationFn: ({ id, ...body }: AccountDelete & { id: string }) =>
      api.delete(`/users/${id}`, undefined, body),
    onSettled,
  });
}

export function useSetMember(projectId: string) {
  const onSettled = useRefetch(membersKey(projectId), sessionKeys.projects);
  return useMutation({
    mutationFn: ({ userId, role }: { userId: string; role: Role }) =>
      api.put<ProjectMember>(`/projects/${projectId}/members/${userId}`, { role }),
    onSettled,
  });
}

export function useRemoveMember(projectId: string) {
  const onSettled = useRefetch(membersKey(projectId), sessionKeys.projects);
  return useMutation({
    mutationFn: (userId: string) => api.delete(`/projects/${projectId}/members/${userId}`),
    onSettled,
  });
}
