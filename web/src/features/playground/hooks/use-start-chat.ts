import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ConversationCreate } from '@/api';
import { toast } from '@/ui';
import { createConversation, keys } from '../api';
import { messages } from '../messages';
import { newClientId } from '../model/client-id';
import { type Thread, titleOf } from '../model/thread';

const EMPTY: Thread = { messages: [], olderCursor: null };

export type StartChat = {
  /** Makes a conversation, opens it and sends; resolves with false when it could not be made. */
  start: (text: string) => Promise<boolean>;
  starting: boolean;
};

export function useStartChat(
  projectId: string,
  agentId: string | null,
  send: (conversationId: string, text: string) => void,
): StartChat {
  const client = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: (body: ConversationCreate) => createConversation(body, newClientId()),
    onError: () => toast.error(messages.createFailed),
  });
  const start = async (text: string) => {
    if (agentId === null || create.isPending) return false;
    const made = await create
      .mutateAsync({ agent_id: agentId, title: titleOf(text) })
      .catch(() => null);
    if (made === null) return false;
    client.setQueryData(keys.conversation(made.id), made);
    client.setQueryData(keys.thread(made.id), EMPTY);
    send(made.id, text);
    void client.invalidateQueries({ queryKey: keys.lists });
    const params = { project: projectId, thread: made.id };
    void navigate({ to: '/p/$project/playground/{-$thread}', params, replace: true });
    return true;
  };
  return { start, starting: create.isPending };
}
