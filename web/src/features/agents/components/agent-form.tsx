import { useState } from 'react';
import type { AgentDraftState } from '../hooks/use-agent-draft';
import { messages } from '../messages';
import { DRAFT_FIELDS, type DraftField, draftProblems } from '../model/draft';
import type { EditProps } from './edit-props';
import { InstructionsEditor } from './instructions-editor';
import { ModelSection } from './model-section';
import { ProblemList } from './problem-list';
import { FieldAnchor, fieldId, Section } from './section';
import { AboutSection, OutputSection, StartersSection } from './text-sections';
import { ToolsSection } from './tools-section';

export interface AgentFormProps {
  state: AgentDraftState;
  /** A save was tried: show every problem, not only those of fields that were left. */
  checked: boolean;
  readOnly: boolean;
}

/** The configuration in sections. A field is checked when it is left, and again on each change after that. */
export function AgentForm({ state, checked, readOnly }: AgentFormProps) {
  const { base, draft, change } = state;
  const [left, setLeft] = useState<ReadonlySet<DraftField>>(new Set());
  const problems = draftProblems(draft);
  const problem = (field: DraftField) => {
    const found = problems[field];
    return found && (checked || left.has(field)) ? messages.problems[found] : undefined;
  };
  const edit: EditProps = { draft, change, problem, readOnly };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only notices which field was left
    <div
      className="scroll-thin min-w-0 flex-1 px-8 pb-10 max-md:px-4"
      onBlur={(event) => {
        const field = fieldAt(event.target);
        if (field && !left.has(field)) setLeft(new Set([...left, field]));
      }}
    >
      {checked && Object.keys(problems).length > 1 && (
        <div className="pt-4">
          <ProblemList problems={problems} />
        </div>
      )}
      <AboutSection {...edit} />
      <Section {...messages.sections.instructions}>
        <FieldAnchor field="instructions">
          <InstructionsEditor
            value={draft.instructions}
            saved={base.instructions}
            onChange={(instructions) => change({ instructions })}
            error={problem('instructions')}
            readOnly={readOnly}
          />
        </FieldAnchor>
      </Section>
      <ModelSection {...edit} />
      <ToolsSection {...edit} />
      <StartersSection {...edit} />
      <OutputSection {...edit} />
    </div>
  );
}

function fieldAt(target: Element): DraftField | undefined {
  return DRAFT_FIELDS.find((field) => target.closest(`#${fieldId(field)}`) !== null);
}
