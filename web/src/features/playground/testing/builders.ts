import type { Agent, Conversation, Message, Part, Run, RunStep } from '@/api';

type ToolCall = Extract<Part, { type: 'tool_call' }>;

const USAGE = {
  input_tokens: 20,
  output_tokens: 12,
  cached_input_tokens: 0,
  reasoning_tokens: 0,
  estimated: false,
};

export const TIME = '2026-01-15T09:00:00Z';

export function userMessage(id: string, text: string, parentId: string | null = null): Message {
  return {
    id,
    conversation_id: 'c1',
    parent_id: parentId,
    role: 'user',
    content: [{ type: 'text', text }],
    run_id: null,
    status: 'complete',
    agent_id: null,
    model: null,
    usage: null,
    cost_usd_micros: null,
    error: null,
    created_at: TIME,
    created_by: 'u1',
    sibling_ids: [id],
  };
}

export function answer(
  id: string,
  parentId: string,
  content: Message['content'],
  more: Partial<Message> = {},
): Message {
  return {
    ...userMessage(id, '', parentId),
    role: 'assistant',
    created_by: null,
    content,
    run_id: `run-${id}`,
    agent_id: 'a1',
    model: 'demo-1',
    usage: USAGE,
    cost_usd_micros: 0,
    ...more,
  };
}

export function toolCall(more: Partial<ToolCall> = {}): ToolCall {
  return {
    type: 'tool_call',
    step_id: 't1',
    name: 'calculator',
    arguments: { expression: '8640/8' },
    result: { value: 1080 },
    error: null,
    duration_ms: 3,
    ...more,
  };
}

export function conversation(more: Partial<Conversation> = {}): Conversation {
  return {
    id: 'c1',
    title: 'Percentages',
    agent_id: 'a1',
    project_id: 'p1',
    head_message_id: null,
    created_by: 'u1',
    created_at: TIME,
    updated_at: TIME,
    revision: 1,
    active_run_id: null,
    sharing: null,
    ...more,
  };
}

export function run(id: string, more: Partial<Run> = {}): Run {
  return {
    id,
    kind: 'agent',
    target_id: 'a1',
    target_name: 'Assistant',
    target_version: null,
    project_id: 'p1',
    conversation_id: 'c1',
    status: 'succeeded',
    trigger: 'chat',
    input: {},
    output: null,
    error: null,
    parent_run_id: null,
    forked_from: null,
    usage: USAGE,
    cost_usd_micros: 0,
    created_by: 'u1',
    created_at: TIME,
    started_at: TIME,
    ended_at: '2026-01-15T09:00:02Z',
    definition_sha: 'f',
    step_count: 1,
    ...more,
  };
}

export function step(id: string, runId: string, more: Partial<RunStep> = {}): RunStep {
  return {
    id,
    run_id: runId,
    key: id,
    parent_key: null,
    ordinal: 1,
    kind: 'model',
    name: 'demo-1',
    status: 'succeeded',
    effect: 'read',
    attempt: 1,
    input: null,
    output: null,
    error: null,
    model: 'demo-1',
    provider_id: null,
    usage: USAGE,
    cost_usd_micros: 0,
    started_at: TIME,
    ended_at: '2026-01-15T09:00:01Z',
    ...more,
  };
}

export function agent(more: Partial<Agent> = {}): Agent {
  return {
    id: 'a1',
    name: 'Assistant',
    description: 'Answers questions.',
    instructions: '',
    model: { provider_id: 'm', name: 'demo-1' },
    params: { temperature: null, max_tokens: null, top_p: null },
    fallbacks: [],
    max_steps: 10,
    tools: [{ tool: 'calculator' }],
    output_schema: null,
    project_id: 'p1',
    revision: 1,
    created_by: 'u1',
    created_at: TIME,
    updated_at: TIME,
    starters: ['What is 12.5% of 8640? Use the calculator.'],
    ...more,
  };
}
