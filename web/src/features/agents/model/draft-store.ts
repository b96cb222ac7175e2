import type { Agent } from '@/api';
import { type AgentDraft, DRAFT_FIELDS } from './draft';

/** What has not been saved yet: the edited configuration and the agent that it was made from. */
export interface UnsavedDraft {
  base: Agent;
  draft: AgentDraft;
}

function keyOf(agentId: string): string {
  return `orbiter-agent-draft:${agentId}`;
}

/** The draft that this tab kept, or null; anything unreadable counts as none. */
export function readDraft(agentId: string, storage: Storage = sessionStorage): UnsavedDraft | null {
  try {
    const stored: unknown = JSON.parse(storage.getItem(keyOf(agentId)) ?? 'null');
    return isUnsaved(stored, agentId) ? stored : null;
  } catch {
    return null;
  }
}

/** Keeps the draft for a reload; null forgets it. A full or forbidden storage is not worth an error: the page still holds it. */
export function writeDraft(
  agentId: string,
  unsaved: UnsavedDraft | null,
  storage: Storage = sessionStorage,
): void {
  try {
    if (unsaved) storage.setItem(keyOf(agentId), JSON.stringify(unsaved));
    else storage.removeItem(keyOf(agentId));
  } catch {
    /* see above */
  }
}

function isUnsaved(value: unknown, agentId: string): value is UnsavedDraft {
  if (typeof value !== 'object' || value === null) return false;
  const { base, draft } = value as Partial<UnsavedDraft>;
  const fits =
    typeof draft === 'object' && draft !== null && DRAFT_FIELDS.every((field) => field in draft);
  return fits && typeof base === 'object' && base !== null && base.id === agentId;
}
