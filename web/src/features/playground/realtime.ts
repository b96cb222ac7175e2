import type { QueryClient } from '@tanstack/react-query';
import type { Conversation, Run, RunStep } from '@/api';
import { type Delivered, frameBatch, type Realtime } from '@/realtime';
import { changeLive, forgetConversation, keys, readLive, refreshConversation } from './api';
import type { ChatEvent } from './model/events';
import { applyChatEvents } from './model/live';
import type { Thread } from './model/thread';
import { withStep } from './model/trace';
import { toChatItems } from './model/view';

type Following = { count: number; stop: () => void };

/** One line into the cache for each conversation, however many ask for it. */
const followed = new WeakMap<QueryClient, Map<string, Following>>();

/** Keeps the cached conversation, its live turns and the lists in step with what the server tells. */
export function followConversation(
  realtime: Realtime,
  client: QueryClient,
  conversationId: string,
): () => void {
  const all = followed.get(client) ?? new Map<string, Following>();
  followed.set(client, all);
  const following = all.get(conversationId) ?? {
    count: 0,
    stop: feedConversation(realtime, client, conversationId),
  };
  following.count += 1;
  all.set(conversationId, following);
  return () => {
    following.count -= 1;
    if (following.count > 0) return;
    all.delete(conversationId);
    following.stop();
  };
}

function feedConversation(realtime: Realtime, client: QueryClient, id: string): () => void {
  const batch = frameBatch<ChatEvent>((events) => apply(client, id, events));
  const stop = realtime.follow({
    channel: 'chat',
    topic: id,
    history: true,
    onEvent: (event) => {
      if (!isOldNews(client, id, event)) batch.push(event as unknown as ChatEvent);
    },
    resync: () => refreshConversation(client, id),
    onEnd: () => forgetConversation(client, id),
  });
  return () => {
    stop();
    batch.flush();
  };
}

/** History is asked for to see the run under way from its beginning; all else of it is in the REST read. */
function isOldNews(client: QueryClient, id: string, { replayed, payload }: Delivered): boolean {
  if (!replayed) return false;
  const active = client.getQueryData<Conversation>(keys.conversation(id))?.active_run_id;
  return !active || (payload as { run_id?: string }).run_id !== active;
}

function apply(client: QueryClient, id: string, events: ChatEvent[]): void {
  changeLive(client, id, (live) => applyChatEvents(live, events));
  for (const event of events) {
    if (event.type === 'conversation') putConversation(client, event.payload.conversation);
    if (event.type === 'started') setActiveRun(client, id, event.payload.run_id);
    if (event.type === 'done' || event.type === 'error') endTurn(client, id, event.payload.run_id);
  }
}

/** Another tab may have chosen a branch whose messages are not here. */
function hasHead(client: QueryClient, { id, head_message_id }: Conversation): boolean {
  const thread = client.getQueryData<Thread>(keys.thread(id));
  if (!thread || head_message_id === null) return true;
  return toChatItems(thread.messages, readLive(client, id)).some(
    (item) => item.messageId === head_message_id,
  );
}

function putConversation(client: QueryClient, conversation: Conversation): void {
  client.setQueryData<Conversation>(keys.conversation(conversation.id), (known) =>
    known && known.revision > conversation.revision ? known : conversation,
  );
  void client.invalidateQueries({ queryKey: keys.lists });
  if (!hasHead(client, conversation)) {
    void client.invalidateQueries({ queryKey: keys.thread(conversation.id) });
  }
}

/** Says which run is writing the answer now; null when none is. */
export function setActiveRun(client: QueryClient, id: string, runId: string | null): void {
  client.setQueryData<Conversation>(
    keys.conversation(id),
    (known) => known && { ...known, active_run_id: runId },
  );
}

function endTurn(client: QueryClient, id: string, runId: string): void {
  const active = client.getQueryData<Conversation>(keys.conversation(id))?.active_run_id;
  if (active === runId) setActiveRun(client, id, null);
  void client.invalidateQueries({ queryKey: keys.lists });
  void refreshConversation(client, id);
}

/** Keeps the cached run and its steps in step with what the server tells, until the run has ended. */
export function followRun(realtime: Realtime, client: QueryClient, runId: string): () => void {
  const batch = frameBatch<Delivered>((events) => applyToRun(client, runId, events));
  const stop = realtime.follow({
    channel: 'execution',
    topic: runId,
    onEvent: (event) => batch.push(event),
    resync: () => refreshRun(client, runId),
  });
  return () => {
    stop();
    batch.flush();
  };
}

function applyToRun(client: QueryClient, runId: string, events: Delivered[]): void {
  const told = events.flatMap(({ payload }) => (payload as { step?: RunStep | null }).step ?? []);
  client.setQueryData<RunStep[]>(keys.steps(runId), (steps) => told.reduce(withStep, steps ?? []));
  const changesRun = events.some(
    ({ type }) => type === 'waiting' || type === 'execution_completed',
  );
  if (changesRun) void refreshRun(client, runId);
  else if (isWaiting(client, runId)) void client.invalidateQueries({ queryKey: keys.run(runId) });
}

export function refreshRun(client: QueryClient, runId: string): Promise<unknown> {
  return Promise.all([
    client.invalidateQueries({ queryKey: keys.run(runId) }),
    client.invalidateQueries({ queryKey: keys.steps(runId) }),
  ]);
}

function isWaiting(client: QueryClient, runId: string): boolean {
  return client.getQueryData<Run>(keys.run(runId))?.status === 'waiting';
}
