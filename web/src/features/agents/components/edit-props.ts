import type { AgentDraft, DraftField } from '../model/draft';

/** What every section of the form needs. */
export interface EditProps {
  draft: AgentDraft;
  change: (patch: Partial<AgentDraft>) => void;
  /** The words of a field's problem, once it is to be shown. */
  problem: (field: DraftField) => string | undefined;
  readOnly: boolean;
}
