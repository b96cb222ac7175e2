import { Connection, type SocketLike } from './connection';
import type { Envelope } from './protocol.gen';
import { type Subscription, Subscriptions } from './subscriptions';

/** The app's one line to the server, with what is followed on it. */
export interface Realtime {
  connection: Connection;
  follow: (subscription: Subscription) => () => void;
  request: (message: Envelope, timeoutMs?: number) => Promise<Envelope>;
}

export interface RealtimeOptions {
  createSocket?: () => SocketLike;
  onSignedOut?: () => Promise<boolean>;
  random?: () => number;
}

/** Builds a line that is not yet connected; call `connection.start()` once somebody is signed in. */
export function createRealtime(options: RealtimeOptions = {}): Realtime {
  const connection = new Connection({ createSocket: openBrowserSocket, ...options });
  const subscriptions = new Subscriptions(connection);
  return {
    connection,
    follow: (subscription) => subscriptions.follow(subscription),
    request: (message, timeoutMs) => connection.request(message, timeoutMs),
  };
}

function openBrowserSocket(): SocketLike {
  const url = new URL('/api/v1/ws', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebSocket(url);
}
