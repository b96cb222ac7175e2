import type { Message, Run } from '@/api';
import { messageText } from './content';
import type { ChatError, ChatEvent } from './events';
import { addCall, addResult, addText, type LivePart } from './live-parts';

/** A turn that events tell of. `message` is the stored answer once the server has sent it. */
export type LiveTurn = {
  kind: 'turn';
  runId: string;
  /** The user message that is answered; null when the page came in after `started`. */
  questionId: string | null;
  agentId: string | null;
  parts: LivePart[];
  status: 'streaming' | 'done' | 'failed';
  error: Omit<ChatError, 'run_id'> | null;
  message: Message | null;
  /** A REST read made after the turn began has been shown, so that read decides the branch. */
  inSnapshot: boolean;
};

type LiveUserMessage = { kind: 'user'; message: Message };

/** A message that the server has not confirmed yet. `parentId` is undefined when it goes to the end. */
export type PendingMessage = {
  clientId: string;
  content: string;
  agentId: string | null;
  parentId: string | null | undefined;
  state: 'sending' | 'unsent';
  reason: string | null;
};

/** What is newer than the last REST read of a conversation, in the order in which it came. */
export type LiveState = {
  entries: (LiveUserMessage | LiveTurn)[];
  pending: PendingMessage[];
};

export const EMPTY_LIVE: LiveState = { entries: [], pending: [] };

export function applyChatEvents(live: LiveState, events: ChatEvent[]): LiveState {
  return events.reduce(applyChatEvent, live);
}

export function applyChatEvent(live: LiveState, event: ChatEvent): LiveState {
  switch (event.type) {
    case 'user_message':
      return addUserMessage(live, event.payload.message);
    case 'started':
      return onTurn(live, event.payload.run_id, (turn) => ({
        ...turn,
        questionId: event.payload.message_id,
        agentId: event.payload.run?.target_id ?? turn.agentId,
      }));
    case 'message':
      return addMessage(live, event.payload.message);
    case 'token':
    case 'reasoning':
    case 'tool_call':
    case 'tool_result':
    case 'done':
    case 'error':
      return onTurn(live, event.payload.run_id, (turn) => advance(turn, event));
    default:
      return live;
  }
}

type TurnEvent = Extract<
  ChatEvent,
  { type: 'token' | 'reasoning' | 'tool_call' | 'tool_result' | 'done' | 'error' }
>;

function advance(turn: LiveTurn, event: TurnEvent): LiveTurn {
  switch (event.type) {
    case 'token':
      return { ...turn, parts: addText(turn.parts, 'text', event.payload) };
    case 'reasoning':
      return { ...turn, parts: addText(turn.parts, 'reasoning', event.payload) };
    case 'tool_call':
      return { ...turn, parts: addCall(turn.parts, event.payload) };
    case 'tool_result':
      return { ...turn, parts: addResult(turn.parts, event.payload) };
    case 'done':
      return { ...turn, status: turn.status === 'failed' ? 'failed' : 'done' };
    case 'error':
      return { ...turn, status: 'failed', error: event.payload };
  }
}

/** Records the user message and drops the unconfirmed one that it confirms. */
export function addUserMessage(live: LiveState, message: Message): LiveState {
  if (live.entries.some((entry) => entry.kind === 'user' && entry.message.id === message.id)) {
    return live;
  }
  const text = messageText(message);
  const confirmed = live.pending.findIndex(
    (pending) => pending.state === 'sending' && pending.content === text,
  );
  return {
    entries: [...live.entries, { kind: 'user', message }],
    pending: live.pending.filter((_, index) => index !== confirmed),
  };
}

/** A turn that REST has started: the same as its events would tell. */
export function startTurn(live: LiveState, question: Message, run: Run): LiveState {
  const payload = { run_id: run.id, message_id: question.id, run };
  return applyChatEvent(live, { type: 'started', payload });
}

export function setPending(live: LiveState, pending: PendingMessage): LiveState {
  const others = live.pending.filter((other) => other.clientId !== pending.clientId);
  return { ...live, pending: [...others, pending] };
}

export function dropPending(live: LiveState, clientId: string): LiveState {
  return { ...live, pending: live.pending.filter((pending) => pending.clientId !== clientId) };
}

/**
 * What is left after a REST read that began when `before` was known: that read holds all of `before`
 * but turns under way, and turns that failed without leaving a message.
 */
export function afterSnapshot(now: LiveState, before: LiveState): LiveState {
  const known = new Map(before.entries.map((entry) => [keyOf(entry), entry]));
  const entries = now.entries.flatMap((entry) => {
    const was = known.get(keyOf(entry));
    if (!was) return [entry];
    if (entry.kind === 'user' || was.kind === 'user') return [];
    return isStored(was) ? [] : [{ ...entry, inSnapshot: true }];
  });
  return { ...now, entries };
}

function isStored(turn: LiveTurn): boolean {
  return turn.message !== null || turn.status === 'done';
}

function addMessage(live: LiveState, message: Message): LiveState {
  if (message.role === 'user') return addUserMessage(live, message);
  if (message.run_id === null) return live;
  return onTurn(live, message.run_id, (turn) => ({
    ...turn,
    questionId: turn.questionId ?? message.parent_id,
    status: message.status === 'failed' ? 'failed' : 'done',
    message,
  }));
}

function onTurn(live: LiveState, runId: string, change: (turn: LiveTurn) => LiveTurn): LiveState {
  const index = live.entries.findIndex((entry) => entry.kind === 'turn' && entry.runId === runId);
  const turn = live.entries[index];
  if (turn?.kind !== 'turn') return { ...live, entries: [...live.entries, change(newTurn(runId))] };
  return { ...live, entries: live.entries.with(index, change(turn)) };
}

export function newTurn(runId: string): LiveTurn {
  return {
    kind: 'turn',
    runId,
    questionId: null,
    agentId: null,
    parts: [],
    status: 'streaming',
    error: null,
    message: null,
    inSnapshot: false,
  };
}

function keyOf(entry: LiveUserMessage | LiveTurn): string {
  return entry.kind === 'user' ? `user:${entry.message.id}` : `turn:${entry.runId}`;
}
