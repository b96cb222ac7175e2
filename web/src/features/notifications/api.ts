import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import {
  api,
  type Notification,
  type NotificationSettings,
  nextCursor,
  type Page,
  type UnreadCount,
} from '@/api';

const LIMIT = 20;

export const notificationKeys = {
  all: ['notifications'] as const,
  list: ['notifications', 'list'] as const,
  unread: ['notifications', 'unread'] as const,
  settings: ['notifications', 'settings'] as const,
};

export const notificationsQuery = infiniteQueryOptions({
  queryKey: notificationKeys.list,
  queryFn: ({ pageParam, signal }) =>
    api.get<Page<Notification>>('/notifications', {
      query: { cursor: pageParam, limit: LIMIT },
      signal,
    }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: nextCursor,
});

export const unreadQuery = queryOptions({
  queryKey: notificationKeys.unread,
  queryFn: ({ signal }) => api.get<UnreadCount>('/notifications/unread', { signal }),
});

export const settingsQuery = queryOptions({
  queryKey: notificationKeys.settings,
  queryFn: ({ signal }) => api.get<NotificationSettings>('/notifications/settings', { signal }),
});

function useChange<T>(change: (given: T) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: notificationKeys.all }),
  });
}

export const useMarkRead = () => useChange((id: string) => api.post(`/notifications/${id}/read`));
export const useMarkAllRead = () => useChange(() => api.post('/notifications/read'));
export const useRemove = () => useChange((id: string) => api.delete(`/notifications/${id}`));
export const useSetMuted = () =>
  useChange((muted: string[]) => api.put('/notifications/settings', { muted }));
