import type { Agent, AgentUpdate } from '@/api';
import { schemaProblem } from './output-schema';

/** The configuration of an agent while it is being edited; the schema is text because it may be half typed. */
export interface AgentDraft {
  name: string;
  description: string;
  instructions: string;
  model: Agent['model'] | null;
  fallbacks: Agent['fallbacks'];
  temperature: number | null;
  max_tokens: number | null;
  top_p: number | null;
  max_steps: number | null;
  tools: Agent['tools'];
  starters: string[];
  output_schema: string;
}

export type DraftField = keyof AgentDraft;

export const DRAFT_FIELDS: readonly DraftField[] = [
  'name',
  'description',
  'instructions',
  'model',
  'fallbacks',
  'temperature',
  'max_tokens',
  'top_p',
  'max_steps',
  'tools',
  'starters',
  'output_schema',
];

export const LIMITS = {
  name: 120,
  description: 2_000,
  instructions: 200_000,
  temperature: 2,
  max_tokens: 1_000_000,
  max_steps: 100,
  fallbacks: 5,
  starters: 12,
  starter: 500,
} as const;

export function draftOf(agent: Agent): AgentDraft {
  return {
    name: agent.name,
    description: agent.description ?? '',
    instructions: agent.instructions ?? '',
    model: agent.model ?? null,
    fallbacks: agent.fallbacks,
    temperature: agent.params?.temperature ?? null,
    max_tokens: agent.params?.max_tokens ?? null,
    top_p: agent.params?.top_p ?? null,
    max_steps: agent.max_steps,
    tools: agent.tools,
    starters: agent.starters ?? [],
    output_schema: agent.output_schema ? JSON.stringify(agent.output_schema, null, 2) : '',
  };
}

export function changedFields(base: AgentDraft, draft: AgentDraft): DraftField[] {
  return DRAFT_FIELDS.filter((field) => !sameValue(base[field], draft[field]));
}

function sameValue(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** The PATCH body that turns `base` into `draft`: what did not change is absent. Only for a draft without problems. */
export function updateFor(base: Agent, draft: AgentDraft): AgentUpdate {
  const changed = new Set(changedFields(draftOf(base), draft));
  const update: AgentUpdate = {};
  if (changed.has('name')) update.name = draft.name.trim();
  if (changed.has('description')) update.description = draft.description.trim();
  if (changed.has('instructions')) update.instructions = draft.instructions;
  if (changed.has('model')) update.model = draft.model;
  if (changed.has('fallbacks')) update.fallbacks = draft.fallbacks;
  if (changed.has('max_steps') && draft.max_steps !== null) update.max_steps = draft.max_steps;
  if (changed.has('tools')) update.tools = draft.tools;
  if (changed.has('starters')) update.starters = filledStarters(draft.starters);
  if (changed.has('output_schema')) update.output_schema = schemaOf(draft.output_schema);
  if (changed.has('temperature') || changed.has('max_tokens') || changed.has('top_p'))
    update.params = paramsOf(base, draft);
  return update;
}

/** The whole configuration, for a run that tries it: nothing of what is saved shines through. */
export function configurationOf(base: Agent, draft: AgentDraft): AgentUpdate {
  return {
    name: draft.name.trim(),
    description: draft.description.trim(),
    instructions: draft.instructions,
    model: draft.model,
    fallbacks: draft.fallbacks,
    params: paramsOf(base, draft),
    max_steps: draft.max_steps ?? base.max_steps,
    tools: draft.tools,
    starters: filledStarters(draft.starters),
    output_schema: schemaOf(draft.output_schema),
  };
}

function paramsOf(base: Agent, draft: AgentDraft): NonNullable<AgentUpdate['params']> {
  const { temperature, max_tokens, top_p } = draft;
  return { ...base.params, temperature, max_tokens, top_p };
}

function filledStarters(starters: readonly string[]): string[] {
  return starters.map((text) => text.trim()).filter((text) => text !== '');
}

function schemaOf(text: string): Record<string, unknown> | null {
  return text.trim() === '' ? null : (JSON.parse(text) as Record<string, unknown>);
}

/** Takes `mine` where I changed something since `base`, and `theirs` everywhere else. */
export function rebase(base: AgentDraft, mine: AgentDraft, theirs: AgentDraft): AgentDraft {
  const kept = changedFields(base, mine).map((field) => [field, mine[field]]);
  return { ...theirs, ...(Object.fromEntries(kept) as Partial<AgentDraft>) };
}

export type Side = 'mine' | 'theirs' | 'both';

/** The fields that would differ after saving, with who touched them since `base`. */
export function conflicts(
  base: AgentDraft,
  mine: AgentDraft,
  theirs: AgentDraft,
): { field: DraftField; side: Side }[] {
  const byMe = new Set(changedFields(base, mine));
  const byThem = new Set(changedFields(base, theirs));
  return changedFields(mine, theirs).map((field) => ({
    field,
    side: sideOf(byMe.has(field), byThem.has(field)),
  }));
}

function sideOf(byMe: boolean, byThem: boolean): Side {
  if (byMe && byThem) return 'both';
  return byMe ? 'mine' : 'theirs';
}

export type DraftProblem =
  | 'nameMissing'
  | 'nameTooLong'
  | 'descriptionTooLong'
  | 'instructionsTooLong'
  | 'maxTokensRange'
  | 'maxStepsRange'
  | 'starterTooLong'
  | 'schemaNotJson'
  | 'schemaNotObject';

/** What stands in the way of saving, by field; empty when all is well. */
export function draftProblems(draft: AgentDraft): Partial<Record<DraftField, DraftProblem>> {
  const problems: Partial<Record<DraftField, DraftProblem>> = {};
  const name = draft.name.trim();
  if (name === '') problems.name = 'nameMissing';
  if (name.length > LIMITS.name) problems.name = 'nameTooLong';
  if (draft.description.length > LIMITS.description) problems.description = 'descriptionTooLong';
  if (draft.instructions.length > LIMITS.instructions)
    problems.instructions = 'instructionsTooLong';
  if (!isWithin(draft.max_tokens ?? 1, LIMITS.max_tokens)) problems.max_tokens = 'maxTokensRange';
  if (!isWithin(draft.max_steps ?? 0, LIMITS.max_steps)) problems.max_steps = 'maxStepsRange';
  if (draft.starters.some((text) => text.length > LIMITS.starter))
    problems.starters = 'starterTooLong';
  const schema = schemaProblem(draft.output_schema);
  if (schema) problems.output_schema = schema;
  return problems;
}

function isWithin(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}
