import { createContext, useContext } from 'react';
import type { Agent } from '@/api';
import type { ChatItem } from '../../model/view';

/** What a message can ask for. The functions stay the same over the life of the page. */
export type ChatActions = {
  /** False for viewers: nothing that writes is shown. */
  canWrite: boolean;
  /** The name; undefined for an agent that nobody knows here. */
  agentOf: (id: string | null) => Pick<Agent, 'name'> | undefined;
  /** Who wrote it, where several people may write; null for oneself. */
  authorOf: (item: ChatItem) => string | null;
  select: (selection: Selection) => void;
  edit: (item: ChatItem, text: string) => void;
  regenerate: (item: ChatItem) => void;
  chooseBranch: (messageId: string) => void;
  resend: (item: ChatItem) => void;
  discard: (item: ChatItem) => void;
};

/** A run, or one of its steps, that is shown in both the chat and the trace. */
export type Selection = { runId: string; stepId: string | null };

const ActionsContext = createContext<ChatActions | null>(null);

export const ChatActionsProvider = ActionsContext.Provider;

export function useChatActions(): ChatActions {
  const actions = useContext(ActionsContext);
  if (!actions) throw new Error('useChatActions needs a ChatActionsProvider above it');
  return actions;
}
