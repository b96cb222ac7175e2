import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useEffectEvent,
  useSyncExternalStore,
} from 'react';
import type { ConnectionState } from './connection';
import type { Channel } from './protocol.gen';
import type { Realtime } from './realtime';
import type { Delivered } from './topic';

const RealtimeContext = createContext<Realtime | null>(null);

/** Gives the page its line, and keeps it connected while mounted: mount it where somebody is signed in. */
export function RealtimeProvider({
  realtime,
  children,
}: {
  realtime: Realtime;
  children: ReactNode;
}) {
  useEffect(() => {
    realtime.connection.start();
    return () => realtime.connection.stop();
  }, [realtime]);
  return <RealtimeContext value={realtime}>{children}</RealtimeContext>;
}

export function useRealtime(): Realtime {
  const realtime = useContext(RealtimeContext);
  if (!realtime) throw new Error('useRealtime needs a RealtimeProvider above it');
  return realtime;
}

/** The state of the line, for the offline chip and for polling while it is down. */
export function useConnectionState(): ConnectionState {
  const { connection } = useRealtime();
  return useSyncExternalStore(
    (changed) => connection.onState(changed),
    () => connection.state,
  );
}

export interface UseSubscriptionOptions {
  channel: Channel;
  topic?: string;
  onEvent: (event: Delivered) => void;
  /** Refetches by REST when events may have been missed; events wait until it settles. */
  resync?: () => Promise<unknown>;
  history?: boolean;
  enabled?: boolean;
}

/** Follows a topic while mounted. The callbacks may change between renders without a new subscription. */
export function useSubscription({
  channel,
  topic,
  onEvent,
  resync,
  history,
  enabled = true,
}: UseSubscriptionOptions): void {
  const realtime = useRealtime();
  const deliver = useEffectEvent(onEvent);
  const refetch = useEffectEvent(() => resync?.());
  useEffect(() => {
    if (!enabled) return;
    return realtime.follow({
      channel,
      topic,
      history,
      onEvent: (event) => deliver(event),
      resync: () => refetch(),
    });
  }, [realtime, channel, topic, history, enabled]);
}
