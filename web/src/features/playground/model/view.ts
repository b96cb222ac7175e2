import type { Message, Part } from '@/api';
import type { LiveState, LiveTurn, PendingMessage } from './live';
import { newTurn } from './live';
import { toStoredParts } from './live-parts';

/** One bubble of the chat lane, stored or not. */
export type ChatItem = {
  /** Stays the same while a live answer turns into the stored one. */
  key: string;
  /** Null until the server has stored it. */
  messageId: string | null;
  role: 'user' | 'assistant';
  parts: Part[];
  status: Message['status'] | 'streaming' | 'sending' | 'unsent';
  runId: string | null;
  parentId: string | null;
  agentId: string | null;
  /** Who wrote a question; null where that is not known, and for what is being sent. */
  authorId: string | null;
  model: string | null;
  error: { code: string; message: string; retryable: boolean } | null;
  siblingIds: string[];
  createdAt: string | null;
};

type Link = Message | LiveTurn | PendingMessage;

/** The branch that is shown: the REST read, with what is newer laid over it. */
export function toChatItems(
  messages: Message[],
  live: LiveState,
  activeRunId: string | null = null,
): ChatItem[] {
  let path: Link[] = messages;
  for (const entry of live.entries) {
    path = entry.kind === 'user' ? place(path, entry.message) : placeTurn(path, entry);
  }
  if (activeRunId && !path.some((link) => runOf(link) === activeRunId)) {
    path = isHidden(live, activeRunId) ? path : [...path, placeholder(activeRunId)];
  }
  for (const pending of live.pending) path = placePending(path, pending);
  return path.map(toItem);
}

/** True while an answer is being written or a message is on its way. */
export function isBusy(items: ChatItem[]): boolean {
  const status = items.at(-1)?.status;
  return status === 'streaming' || status === 'sending';
}

function place(path: Link[], message: Message): Link[] {
  if (path.some((link) => idOf(link) === message.id)) return path;
  const end = endAt(path, message.parent_id);
  return end === null ? path : [...path.slice(0, end), message];
}

function placeTurn(path: Link[], turn: LiveTurn): Link[] {
  if (path.some((link) => runOf(link) === turn.runId)) return path;
  const end = turn.questionId === null ? path.length : endAt(path, turn.questionId);
  if (end === null) return path;
  const otherBranchChosen = turn.inSnapshot && end < path.length;
  return otherBranchChosen ? path : [...path.slice(0, end), turn.message ?? turn];
}

function placePending(path: Link[], pending: PendingMessage): Link[] {
  if (pending.parentId === undefined) return [...path, pending];
  return [...path.slice(0, endAt(path, pending.parentId) ?? path.length), pending];
}

/** Where the branch goes on below `parentId`; null when that message is on another branch. */
function endAt(path: Link[], parentId: string | null): number | null {
  if (parentId === null) return 0;
  const index = path.findIndex((link) => idOf(link) === parentId);
  return index < 0 ? null : index + 1;
}

function isHidden(live: LiveState, runId: string): boolean {
  return live.entries.some((entry) => entry.kind === 'turn' && entry.runId === runId);
}

const placeholders = new Map<string, LiveTurn>();

/** The answer of a run that the page knows of but has heard nothing from yet. */
function placeholder(runId: string): LiveTurn {
  const known = placeholders.get(runId) ?? newTurn(runId);
  placeholders.clear();
  placeholders.set(runId, known);
  return known;
}

function idOf(link: Link): string | null {
  if ('id' in link) return link.id;
  return 'runId' in link ? (link.message?.id ?? null) : null;
}

function runOf(link: Link): string | null {
  if ('runId' in link) return link.runId;
  return 'id' in link && link.role === 'assistant' ? link.run_id : null;
}

/** Same link, same item: an unchanged message is not drawn again. */
const items = new WeakMap<Link, ChatItem>();

function toItem(link: Link): ChatItem {
  const known = items.get(link);
  if (known) return known;
  const item =
    'id' in link ? fromMessage(link) : 'runId' in link ? fromTurn(link) : fromPending(link);
  items.set(link, item);
  return item;
}

function fromMessage(message: Message): ChatItem {
  const answer = message.role === 'assistant' && message.run_id !== null;
  return {
    key: answer ? `run:${message.run_id}` : message.id,
    messageId: message.id,
    role: message.role,
    parts: message.content,
    status: message.status,
    runId: message.run_id,
    parentId: message.parent_id,
    agentId: message.agent_id,
    authorId: message.created_by,
    model: message.model,
    error: message.error,
    siblingIds: message.sibling_ids,
    createdAt: message.created_at,
  };
}

function fromTurn(turn: LiveTurn): ChatItem {
  return {
    ...UNSTORED,
    key: `run:${turn.runId}`,
    role: 'assistant',
    parts: toStoredParts(turn.parts),
    status: turn.status === 'done' ? 'complete' : turn.status,
    runId: turn.runId,
    parentId: turn.questionId,
    agentId: turn.agentId,
    error: turn.error,
  };
}

function fromPending(pending: PendingMessage): ChatItem {
  const { reason } = pending;
  return {
    ...UNSTORED,
    key: pending.clientId,
    role: 'user',
    parts: [{ type: 'text', text: pending.content }],
    status: pending.state,
    parentId: pending.parentId ?? null,
    agentId: pending.agentId,
    error: reason === null ? null : { code: 'UNSENT', message: reason, retryable: true },
  };
}

const UNSTORED = {
  messageId: null,
  authorId: null,
  runId: null,
  parentId: null,
  agentId: null,
  model: null,
  error: null,
  siblingIds: [],
  createdAt: null,
};
