import { useQueryClient } from '@tanstack/react-query';
import type { UnreadCount } from '@/api';
import { useSubscription } from '@/realtime';
import { notificationKeys } from './api';

/** Keeps the tray as it is on the server, in every tab. */
export function useLiveNotifications(userId: string): void {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: notificationKeys.all });
  useSubscription({
    channel: 'notifications',
    topic: userId,
    onEvent: ({ type, payload }) => {
      if (type === 'read') {
        client.setQueryData<UnreadCount>(notificationKeys.unread, payload as UnreadCount);
        void client.invalidateQueries({ queryKey: notificationKeys.list });
      } else void refresh();
    },
    resync: refresh,
  });
}
