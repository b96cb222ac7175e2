import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Conversation, type Participants, type Share, type ShareSet } from '@/api';
import { keys } from './api';

const shareKey = (id: string) => ['conversations', 'share', id] as const;

export const shareQuery = (id: string) =>
  queryOptions({
    queryKey: shareKey(id),
    queryFn: ({ signal }) => api.get<Share>(`/conversations/${id}/share`, { signal }),
    staleTime: 0,
  });

/** Who spoke in a conversation that several people see. */
export const participantsQuery = (id: string) =>
  queryOptions({
    queryKey: ['conversations', 'participants', id] as const,
    queryFn: ({ signal }) => api.get<Participants>(`/conversations/${id}/participants`, { signal }),
  });

/** The conversation of a link; whoever opens it may read it from now on. */
export const openShared = (token: string) =>
  api.get<Conversation>(`/shared/${encodeURIComponent(token)}`);

function useSettle(id: string) {
  const client = useQueryClient();
  return () =>
    Promise.all(
      [shareKey(id), keys.conversation(id), keys.lists].map((queryKey) =>
        client.invalidateQueries({ queryKey }),
      ),
    );
}

export function useShare(id: string) {
  const onSettled = useSettle(id);
  return useMutation({
    mutationFn: (body: Partial<ShareSet> & Pick<ShareSet, 'audience'>) =>
      api.post<Share>(`/conversations/${id}/share`, body),
    onSettled,
  });
}

export function useUnshare(id: string) {
  const onSettled = useSettle(id);
  return useMutation({
    mutationFn: (audience: ShareSet['audience']) =>
      api.delete(`/conversations/${id}/share`, { query: { audience } }),
    onSettled,
  });
}
