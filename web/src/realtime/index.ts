export type { ConnectionState, ConnectionStatus, SocketLike } from './connection';
export { RealtimeError } from './errors';
export { type FrameBatch, frameBatch } from './frame-batch';
export type { Channel, Envelope, ServerPayloads, TopicEvent } from './protocol.gen';
export {
  RealtimeProvider,
  type UseSubscriptionOptions,
  useConnectionState,
  useRealtime,
  useSubscription,
} from './react';
export { createRealtime, type Realtime, type RealtimeOptions } from './realtime';
export type { Subscription } from './subscriptions';
export type { Delivered } from './topic';
