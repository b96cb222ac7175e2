import { act } from '@testing-library/react';
import type { ReactNode } from 'react';
import { type Realtime, RealtimeProvider, type Subscription, type TopicEvent } from '@/realtime';

/** A line without a server: a test says what arrives on it. */
export function fakeRealtime() {
  const followers = new Set<Subscription>();
  let seq = 0;
  const realtime = {
    connection: { start() {}, stop() {} },
    follow: (subscription: Subscription) => {
      followers.add(subscription);
      return () => followers.delete(subscription);
    },
  } as unknown as Realtime;
  return {
    topics: () => [...followers].map((follower) => `${follower.channel}/${follower.topic ?? '*'}`),
    emit: (event: Omit<TopicEvent, 'seq'>) =>
      act(async () => {
        seq += 1;
        for (const follower of followers) {
          const { channel, topic = event.topic } = follower;
          if (channel === event.channel && topic === event.topic)
            follower.onEvent({ ...event, seq, replayed: false });
        }
      }),
    /** Tells every follower that events were missed. */
    resync: () =>
      act(async () => {
        await Promise.all([...followers].map((follower) => follower.resync?.()));
      }),
    wrap: (children: ReactNode) => (
      <RealtimeProvider realtime={realtime}>{children}</RealtimeProvider>
    ),
  };
}
