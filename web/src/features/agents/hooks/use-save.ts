import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Agent } from '@/api';
import { toast } from '@/ui';
import { agentKeys, StaleAgentError, useSaveAgent } from '../api';
import { messages } from '../messages';
import { draftOf, draftProblems, rebase, updateFor } from '../model/draft';
import type { AgentDraftState } from './use-agent-draft';

/** Saving, and what to do when somebody else was faster. */
export function useSave({ base, draft, changed, discard, settle }: AgentDraftState) {
  const client = useQueryClient();
  const mutation = useSaveAgent();
  const [theirs, setTheirs] = useState<Agent | null>(null);
  const [checked, setChecked] = useState(false);
  const send = async (over: Agent, config: typeof draft): Promise<boolean> => {
    try {
      settle(await mutation.mutateAsync({ base: over, update: updateFor(over, config) }), draft);
      setTheirs(null);
      setChecked(false);
      toast(messages.editor.savedToast);
      return true;
    } catch (error) {
      if (error instanceof StaleAgentError) setTheirs(error.theirs);
      else toast.error(`${messages.failedTo.save}. ${(error as Error).message}`);
      return false;
    }
  };
  return {
    saving: mutation.isPending,
    /** A save was tried: every problem is shown. */
    checked,
    theirs,
    dismiss: () => setTheirs(null),
    /** Resolves to whether the agent is now saved. */
    save: async (): Promise<boolean> => {
      if (mutation.isPending || changed.length === 0) return false;
      if (Object.keys(draftProblems(draft)).length > 0) {
        setChecked(true);
        return false;
      }
      return send(base, draft);
    },
    keepMine: () => theirs && send(theirs, rebase(draftOf(base), draft, draftOf(theirs))),
    takeTheirs: () => {
      if (theirs) client.setQueryData(agentKeys.detail(theirs.id), theirs);
      setTheirs(null);
      setChecked(false);
      discard();
    },
  };
}
