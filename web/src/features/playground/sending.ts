import type { QueryClient } from '@tanstack/react-query';
import { ApiError, type TurnStarted } from '@/api';
import { type Realtime, RealtimeError } from '@/realtime';
import { changeLive, postMessage, readLive, refreshConversation } from './api';
import { messages } from './messages';
import {
  addUserMessage,
  dropPending,
  type PendingMessage,
  setPending,
  startTurn,
} from './model/live';
import { isRunEnded } from './model/trace';
import { followConversation, setActiveRun } from './realtime';

const RECONNECT_MS = 4000;

/**
 * Sends a message and shows it meanwhile. Whatever breaks on the way, it is sent again under the same client id, which
 * the server takes once. A refusal leaves it in the thread as not sent.
 */
export async function sendMessage(
  realtime: Realtime,
  client: QueryClient,
  conversationId: string,
  message: PendingMessage,
): Promise<void> {
  const unfollow = followConversation(realtime, client, conversationId);
  try {
    await sendUntilSettled(realtime, client, conversationId, message);
  } finally {
    unfollow();
  }
}

async function sendUntilSettled(
  realtime: Realtime,
  client: QueryClient,
  id: string,
  message: PendingMessage,
): Promise<void> {
  const show = (state: PendingMessage['state'], reason: string | null) =>
    changeLive(client, id, (live) => setPending(live, { ...message, state, reason }));
  show('sending', null);
  for (;;) {
    try {
      return showTurn(client, id, await deliver(realtime, id, message), message.clientId);
    } catch (error) {
      const offline = isOffline(error) && realtime.connection.state.status !== 'open';
      show('unsent', offline ? messages.sentWhenBack : reasonOf(error));
      if (!offline) return;
    }
    await nextOpen(realtime);
    const wanted = readLive(client, id).pending.some((one) => one.clientId === message.clientId);
    if (!wanted) return;
    show('sending', null);
  }
}

/** By the socket when it is there or soon back, else by REST. An edit goes by REST, which alone can name no parent. */
async function deliver(
  realtime: Realtime,
  conversationId: string,
  message: PendingMessage,
): Promise<TurnStarted> {
  if (message.parentId === undefined && realtime.connection.state.status === 'open') {
    try {
      return await sendBySocket(realtime, conversationId, message);
    } catch (error) {
      if (!(error instanceof RealtimeError) || !error.undelivered) throw error;
      const back = error.code === 'CONNECTION_LOST' && (await nextOpen(realtime, RECONNECT_MS));
      if (back) return deliver(realtime, conversationId, message);
    }
  }
  return postMessage(conversationId, {
    content: message.content,
    client_message_id: message.clientId,
    ...(message.parentId !== undefined && { parent_id: message.parentId }),
    ...(message.agentId !== null && { agent_id: message.agentId }),
  });
}

async function sendBySocket(
  realtime: Realtime,
  conversationId: string,
  { content, clientId, agentId }: PendingMessage,
): Promise<TurnStarted> {
  const agent = agentId === null ? {} : { agent_id: agentId };
  const payload = {
    conversation_id: conversationId,
    content,
    client_message_id: clientId,
    ...agent,
  };
  const reply = await realtime.request({ channel: 'chat', type: 'send', payload });
  return reply.payload as TurnStarted;
}

/** Shows a turn that the server has taken up; one that ended meanwhile is read instead. */
export function showTurn(
  client: QueryClient,
  id: string,
  { message, run }: TurnStarted,
  clientId?: string,
): void {
  changeLive(client, id, (live) => {
    const rest = clientId === undefined ? live : dropPending(live, clientId);
    const asked = addUserMessage(rest, message);
    return isRunEnded(run) ? asked : startTurn(asked, message, run);
  });
  if (isRunEnded(run)) void refreshConversation(client, id);
  else setActiveRun(client, id, run.id);
}

function isOffline(error: unknown): boolean {
  if (error instanceof RealtimeError) return error.undelivered;
  return error instanceof ApiError && error.status === 0;
}

function reasonOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : messages.notSent;
}

/** Resolves with true at the next opening of the line, with false when `withinMs` pass first. */
function nextOpen({ connection }: Realtime, withinMs?: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (opened: boolean) => {
      clearTimeout(timer);
      stop();
      resolve(opened);
    };
    const timer = withinMs === undefined ? undefined : setTimeout(() => end(false), withinMs);
    const stop = connection.onOpen(() => end(true));
  });
}
