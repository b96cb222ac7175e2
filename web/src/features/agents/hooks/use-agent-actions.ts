import { useNavigate } from '@tanstack/react-router';
import type { Agent } from '@/api';
import { toast } from '@/ui';
import { useDeleteAgent, useDuplicateAgent, useRestoreAgent } from '../api';
import { messages } from '../messages';
import { useAgentLink } from './use-agent-link';

function failed(what: string) {
  return (error: Error) => toast.error(`${what}. ${error.message}`);
}

/** What the row menu does. A deleted agent can be taken back while the toast stands. */
export function useAgentActions() {
  const navigate = useNavigate();
  const agentLink = useAgentLink();
  const duplicate = useDuplicateAgent();
  const remove = useDeleteAgent();
  const restore = useRestoreAgent();
  const undo = (agent: Agent) =>
    restore.mutate(agent.id, {
      onSuccess: () => toast(messages.restored(agent.name)),
      onError: failed(messages.failedTo.restore),
    });
  return {
    duplicate: (agent: Agent) =>
      duplicate.mutate(agent.id, {
        onSuccess: (copy) => {
          toast(messages.duplicated(copy.name));
          void navigate(agentLink(copy.id));
        },
        onError: failed(messages.failedTo.duplicate),
      }),
    remove: (agent: Agent) =>
      remove.mutate(agent.id, {
        onSuccess: () => toast.undo(messages.removed(agent.name), () => undo(agent)),
        onError: failed(messages.failedTo.remove),
      }),
  };
}
