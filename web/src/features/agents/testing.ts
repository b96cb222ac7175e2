import type { Agent, BuiltinTool, Model } from '@/api';

export function anAgent(change: Partial<Agent> = {}): Agent {
  return {
    id: 'agent-1',
    name: 'Calculator',
    description: 'Answers with numbers.',
    instructions: 'Use the calculator.\nBe brief.',
    model: { provider_id: 'provider-1', name: 'demo-1' },
    params: {},
    fallbacks: [],
    max_steps: 8,
    tools: [{ tool: 'calculator' }],
    output_schema: null,
    project_id: 'project-1',
    revision: 3,
    created_by: 'user-1',
    created_at: '2026-11-20T08:00:00Z',
    updated_at: '2026-11-23T08:00:00Z',
    starters: ['What is 12.5% of 8640?'],
    ...change,
  };
}

export function aModel(change: Partial<Model> = {}): Model {
  return {
    id: 'model-1',
    provider_id: 'provider-1',
    provider_name: 'Demo',
    provider_type: 'demo',
    name: 'demo-1',
    enabled: true,
    added_by_hand: false,
    context_window: 32_000,
    context_window_source: 'shipped',
    input_usd_micros_per_mtok: 0,
    output_usd_micros_per_mtok: 0,
    cached_input_usd_micros_per_mtok: null,
    price_source: 'free',
    abilities_source: 'shipped',
    shipped: null,
    revision: 1,
    abilities: { tools: true, structured_output: true, reasoning: false, vision: false },
    ...change,
  };
}

export function aTool(change: Partial<BuiltinTool> = {}): BuiltinTool {
  return {
    name: 'calculator',
    label: 'Calculator',
    description: 'Works out an arithmetic expression.',
    effect: 'pure',
    parameters: { type: 'object', properties: { expression: { type: 'string' } } },
    ...change,
  };
}
