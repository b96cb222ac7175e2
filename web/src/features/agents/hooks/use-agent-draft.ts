import { useState } from 'react';
import type { Agent } from '@/api';
import { type AgentDraft, changedFields, type DraftField, draftOf } from '../model/draft';
import { readDraft, type UnsavedDraft, writeDraft } from '../model/draft-store';

export interface AgentDraftState {
  /** The agent that the draft was made from: what a save is based on. */
  base: Agent;
  draft: AgentDraft;
  changed: DraftField[];
  change: (patch: Partial<AgentDraft>) => void;
  discard: () => void;
  /** After a save: what was typed meanwhile stays a draft, now of the saved agent. */
  settle: (saved: Agent, sent: AgentDraft) => void;
}

/** The edited configuration of an agent. Without changes it simply is the agent; with some, this tab keeps it over a reload. */
export function useAgentDraft(agent: Agent): AgentDraftState {
  const [unsaved, setUnsaved] = useState<UnsavedDraft | null>(() => readDraft(agent.id));
  const base = unsaved?.base ?? agent;
  const saved = draftOf(base);
  const draft = unsaved?.draft ?? saved;
  const keep = (next: UnsavedDraft | null) => {
    const kept = next && changedFields(draftOf(next.base), next.draft).length > 0 ? next : null;
    writeDraft(agent.id, kept);
    setUnsaved(kept);
  };
  return {
    base,
    draft,
    changed: changedFields(saved, draft),
    change: (patch) => keep({ base, draft: { ...draft, ...patch } }),
    discard: () => keep(null),
    settle: (now, sent) => {
      setUnsaved((current) => {
        const kept = current && current.draft !== sent ? { base: now, draft: current.draft } : null;
        writeDraft(agent.id, kept);
        return kept;
      });
    },
  };
}
