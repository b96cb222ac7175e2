import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { ApiError, type Conversation } from '@/api';
import { useConnectionState, useRealtime } from '@/realtime';
import { conversationQuery, liveQuery, threadQuery } from '../api';
import { type ChatItem, isBusy, toChatItems } from '../model/view';
import { followConversation } from '../realtime';

const OFFLINE_POLL_MS = 2000;

export type ConversationView = {
  conversation: Conversation | undefined;
  items: ChatItem[];
  loading: boolean;
  error: Error | null;
  /** Deleted, or not the caller's to read (any more). */
  gone: boolean;
  retry: () => void;
  /** Earlier messages are there to be asked for. */
  hasOlder: boolean;
  busy: boolean;
  /** The run that writes the last answer. */
  activeRunId: string | null;
};

/** A conversation as it is now; null is one that has not begun. While the line is down and an answer is due, it is read again and again. */
export function useConversation(conversationId: string | null): ConversationView {
  const id = conversationId ?? '';
  const enabled = conversationId !== null;
  const realtime = useRealtime();
  const client = useQueryClient();
  const offline = useConnectionState().status !== 'open';
  const { data: live } = useQuery(liveQuery(id));
  const refetchInterval = offline && isAwaiting(live.entries) ? OFFLINE_POLL_MS : false;
  const conversation = useQuery({ ...conversationQuery(id), enabled, refetchInterval });
  const thread = useQuery({ ...threadQuery(id), enabled, refetchInterval });
  useEffect(() => {
    if (conversationId !== null) return followConversation(realtime, client, conversationId);
  }, [realtime, client, conversationId]);

  const stored = thread.data?.messages;
  const active = conversation.data?.active_run_id ?? null;
  const error = thread.error ?? conversation.error;
  const gone = error instanceof ApiError && error.status === 404;
  const items = useMemo(
    () => (gone ? [] : toChatItems(stored ?? [], live, active)),
    [gone, stored, live, active],
  );
  const busy = isBusy(items);
  return {
    conversation: conversation.data,
    items,
    loading: enabled && thread.isPending,
    error,
    gone,
    retry: () => void Promise.all([thread.refetch(), conversation.refetch()]),
    hasOlder: thread.data?.olderCursor != null,
    busy,
    activeRunId: busy ? (items.at(-1)?.runId ?? null) : null,
  };
}

function isAwaiting(entries: { kind: string; status?: string }[]): boolean {
  return entries.some((entry) => entry.kind === 'turn' && entry.status === 'streaming');
}
