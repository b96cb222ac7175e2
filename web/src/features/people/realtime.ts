import { useQueryClient } from '@tanstack/react-query';
import { useMe } from '@/features/session';
import { useSubscription } from '@/realtime';
import { INVITES, PEOPLE } from './api';

/** Whoever invited is told when somebody joins: the lists then show it. */
export function useLivePeople(): void {
  const client = useQueryClient();
  const refresh = () =>
    Promise.all([PEOPLE, INVITES].map((queryKey) => client.invalidateQueries({ queryKey })));
  useSubscription({
    channel: 'notifications',
    topic: useMe().id,
    onEvent: ({ type }) => {
      if (type !== 'read') void refresh();
    },
    resync: refresh,
  });
}
