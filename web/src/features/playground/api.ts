import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import {
  type Agent,
  api,
  type Conversation,
  type ConversationCreate,
  type ConversationUpdate,
  fetchAll,
  type Message,
  type MessageSend,
  nextCursor,
  type Page,
  type Run,
  type RunResume,
  type RunStep,
  type TurnStarted,
} from '@/api';
import { afterSnapshot, EMPTY_LIVE, type LiveState } from './model/live';
import { type Thread, withNewest, withOlder } from './model/thread';

export const keys = {
  lists: ['conversations', 'list'] as const,
  list: (projectId: string, search: string, whose: Whose) =>
    ['conversations', 'list', projectId, search, whose] as const,
  conversation: (id: string) => ['conversations', 'one', id] as const,
  thread: (id: string) => ['conversations', 'thread', id] as const,
  live: (id: string) => ['conversations', 'live', id] as const,
  run: (id: string) => ['runs', 'trace', id, 'run'] as const,
  steps: (id: string) => ['runs', 'trace', id, 'steps'] as const,
};

const MESSAGES_PER_READ = 100;

/** One's own in the project, or what others share with one, from wherever it comes. */
export type Whose = 'mine' | 'shared';

export const conversationsQuery = (projectId: string, search: string, whose: Whose = 'mine') =>
  infiniteQueryOptions({
    queryKey: keys.list(projectId, search, whose),
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Conversation>>('/conversations', {
        query: {
          ...(whose === 'mine' ? { project_id: projectId } : { shared: 'with_me' }),
          q: search,
          cursor: pageParam,
          limit: 50,
        },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextCursor,
  });

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: keys.conversation(id),
    queryFn: ({ signal }) => api.get<Conversation>(`/conversations/${id}`, { signal }),
  });

/** The shown branch. What live events told before the read began is dropped once the read is in. */
export const threadQuery = (id: string) =>
  queryOptions({
    queryKey: keys.thread(id),
    queryFn: async ({ client, signal }): Promise<Thread> => {
      const before = readLive(client, id);
      const page = await readMessages(id, undefined, signal);
      const thread = withNewest(client.getQueryData<Thread>(keys.thread(id)), page);
      changeLive(client, id, (now) => afterSnapshot(now, before));
      return thread;
    },
  });

/** What is newer than the last read of the thread. Written by `realtime.ts` and by sending, never fetched. */
export const liveQuery = (id: string) =>
  queryOptions({
    queryKey: keys.live(id),
    queryFn: ({ client }) => readLive(client, id),
    initialData: EMPTY_LIVE,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: keys.run(id),
    queryFn: ({ signal }) => api.get<Run>(`/runs/${id}`, { signal }),
  });

export const stepsQuery = (id: string) =>
  queryOptions({
    queryKey: keys.steps(id),
    queryFn: ({ signal }) => fetchAll<RunStep>(`/runs/${id}/steps`, {}, signal),
  });

export const agentsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['agents', 'choices', projectId] as const,
    queryFn: ({ signal }) => fetchAll<Agent>('/agents', { project_id: projectId }, signal),
  });

export function readLive(client: QueryClient, id: string): LiveState {
  return client.getQueryData<LiveState>(keys.live(id)) ?? EMPTY_LIVE;
}

export function changeLive(
  client: QueryClient,
  id: string,
  change: (live: LiveState) => LiveState,
): void {
  client.setQueryData(keys.live(id), change(readLive(client, id)));
}

/** Adds the page before the ones that are shown. */
export async function loadOlder(client: QueryClient, id: string): Promise<void> {
  const cursor = client.getQueryData<Thread>(keys.thread(id))?.olderCursor;
  if (!cursor) return;
  const page = await readMessages(id, cursor);
  client.setQueryData<Thread>(keys.thread(id), (known) => known && withOlder(known, page));
}

/** Reads the conversation and its branch anew: after a turn has ended, or when events were missed. */
export async function refreshConversation(client: QueryClient, id: string): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: keys.thread(id) }),
    client.invalidateQueries({ queryKey: keys.conversation(id) }),
  ]);
}

/** It ended for the caller: what was shown of it goes, and the next read says why. */
export async function forgetConversation(client: QueryClient, id: string): Promise<void> {
  changeLive(client, id, () => EMPTY_LIVE);
  await Promise.all([
    client.resetQueries({ queryKey: keys.thread(id) }),
    client.resetQueries({ queryKey: keys.conversation(id) }),
    client.invalidateQueries({ queryKey: keys.lists }),
  ]);
}

function readMessages(id: string, cursor?: string, signal?: AbortSignal) {
  const query = { cursor, limit: MESSAGES_PER_READ };
  return api.get<Page<Message>>(`/conversations/${id}/messages`, { query, signal });
}

export const createConversation = (body: ConversationCreate, idempotencyKey: string) =>
  api.post<Conversation>('/conversations', body, { idempotencyKey });

export const renameConversation = ({ id, revision }: Conversation, change: ConversationUpdate) =>
  api.patch<Conversation>(`/conversations/${id}`, change, { revision });

export const deleteConversation = (id: string) => api.delete(`/conversations/${id}`);

export const restoreConversation = (id: string) =>
  api.post<Conversation>(`/conversations/${id}/restore`);

export const postMessage = (id: string, body: MessageSend) =>
  api.post<TurnStarted>(`/conversations/${id}/messages`, body);

export const regenerate = (id: string, messageId: string) =>
  api.post<TurnStarted>(`/conversations/${id}/messages/${messageId}/regenerate`, {});

export const selectBranch = (id: string, messageId: string) =>
  api.post<Conversation>(`/conversations/${id}/messages/${messageId}/select`);

export const cancelRun = (id: string) => api.post<Run>(`/runs/${id}/cancel`);

export const resumeRun = (id: string, body: RunResume) => api.post<Run>(`/runs/${id}/resume`, body);
