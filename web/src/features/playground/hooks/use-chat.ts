import { useQueryClient } from '@tanstack/react-query';
import { useLayoutEffect, useMemo, useRef } from 'react';
import type { Agent, Participants } from '@/api';
import { useMe } from '@/features/session';
import { useRealtime } from '@/realtime';
import { announce, toast } from '@/ui';
import { changeLive, keys, refreshConversation, regenerate, selectBranch } from '../api';
import type { ChatActions, Selection } from '../components/chat/actions';
import { messages } from '../messages';
import { newClientId } from '../model/client-id';
import { partsText } from '../model/content';
import { dropPending, type PendingMessage } from '../model/live';
import type { ChatItem } from '../model/view';
import { sendMessage, showTurn } from '../sending';

type Facts = {
  conversationId: string | null;
  items: ChatItem[];
  agents: Agent[];
  agentId: string | null;
  /** Answers where a message does not say which agent did. */
  usualAgentId: string | null;
  canWrite: boolean;
  names: Participants;
  select: (selection: Selection) => void;
};

export type Chat = ChatActions & { send: (conversationId: string, text: string) => void };

/** What can be done in a conversation. The functions stay the same, so that messages are not drawn again. */
export function useChat(facts: Facts): Chat {
  const realtime = useRealtime();
  const client = useQueryClient();
  const latest = useRef(facts);
  useLayoutEffect(() => {
    latest.current = facts;
  });
  const { agents, usualAgentId, canWrite, names } = facts;
  const me = useMe().id;

  return useMemo(() => {
    const send = (id: string, message: PendingMessage) =>
      void sendMessage(realtime, client, id, message);
    const inConversation = (action: (id: string) => void) => {
      const id = latest.current.conversationId;
      if (id !== null) action(id);
    };
    const ask = (text: string, parentId?: string | null): PendingMessage => ({
      clientId: newClientId(),
      content: text,
      agentId: latest.current.agentId,
      parentId,
      state: 'sending',
      reason: null,
    });

    return {
      canWrite,
      agentOf: (id) => {
        const wanted = (agent: { id: string }) => agent.id === (id ?? usualAgentId);
        return agents.find(wanted) ?? names.agents.find(wanted);
      },
      authorOf: ({ authorId }) =>
        authorId === me ? null : (names.people.find(({ id }) => id === authorId)?.name ?? null),
      select: (selection) => latest.current.select(selection),
      send: (id, text) => send(id, ask(text)),
      edit: (item, text) => inConversation((id) => send(id, ask(text, item.parentId))),
      regenerate: (item) =>
        inConversation((id) => {
          const { messageId } = item;
          if (messageId !== null) void answerAgain(messageId, id);
          else void askAgain(item, id);
        }),
      chooseBranch: (messageId) =>
        inConversation((id) =>
          selectBranch(id, messageId).then(
            (conversation) => {
              client.setQueryData(keys.conversation(id), conversation);
              void refreshConversation(client, id);
            },
            () => toast.error(messages.branchFailed),
          ),
        ),
      resend: (item) =>
        inConversation((id) => {
          const pending = pendingOf(id, item);
          if (pending) send(id, pending);
        }),
      discard: (item) =>
        inConversation((id) => {
          changeLive(client, id, (live) => dropPending(live, item.key));
          announce(messages.discard);
        }),
    };

    function answerAgain(messageId: string, id: string) {
      return regenerate(id, messageId).then(
        (turn) => showTurn(client, id, turn),
        () => toast.error(messages.regenerateFailed),
      );
    }

    /** A run that left no answer has nothing to regenerate: its question is asked again beside itself. */
    function askAgain(item: ChatItem, id: string) {
      const { items } = latest.current;
      const question = items[items.indexOf(item) - 1];
      if (question) send(id, ask(partsText(question.parts), question.parentId));
    }

    function pendingOf(id: string, item: ChatItem): PendingMessage | undefined {
      return client
        .getQueryData<{ pending: PendingMessage[] }>(keys.live(id))
        ?.pending.find(({ clientId }) => clientId === item.key);
    }
  }, [realtime, client, agents, usualAgentId, canWrite, names, me]);
}
