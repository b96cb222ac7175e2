import type { Run, RunStep } from '@/api';
import { PROJECT_ID } from '@/testing/session';

/** Milliseconds after a fixed moment, as the server writes times. */
export function at(offsetMs: number): string {
  return new Date(Date.UTC(2026, 10, 23, 9, 18, 42) + offsetMs).toISOString();
}

export function aRun(change: Partial<Run> = {}): Run {
  return {
    id: '0193a5b2-0000-7000-8000-0000008f2a3c',
    kind: 'agent',
    target_id: 'agent-1',
    target_name: 'Calculator',
    target_version: null,
    project_id: PROJECT_ID,
    conversation_id: null,
    status: 'succeeded',
    trigger: 'chat',
    input: { messages: [{ role: 'user', content: 'What is 12.5% of 8640?' }] },
    output: { text: '1080', finish_reason: 'stop' },
    error: null,
    parent_run_id: null,
    forked_from: null,
    usage: {
      input_tokens: 6918,
      output_tokens: 1204,
      cached_input_tokens: 0,
      reasoning_tokens: 0,
      estimated: false,
    },
    cost_usd_micros: 31_600,
    created_by: 'user-1',
    created_at: at(0),
    started_at: at(0),
    ended_at: at(12_400),
    definition_sha: 'a'.repeat(64),
    step_count: 4,
    ...change,
  };
}

/** A finished step from `from` to `to` milliseconds after the run's start. */
export function aStep(
  ordinal: number,
  from: number,
  to: number,
  change: Partial<RunStep> = {},
): RunStep {
  return {
    id: `step-${ordinal}`,
    run_id: '0193a5b2-0000-7000-8000-0000008f2a3c',
    key: `turn:${ordinal}/model`,
    parent_key: null,
    ordinal,
    kind: 'model',
    name: `Step ${ordinal}`,
    status: 'succeeded',
    effect: 'read',
    attempt: 1,
    input: null,
    output: null,
    error: null,
    model: null,
    provider_id: null,
    usage: null,
    cost_usd_micros: null,
    started_at: at(from),
    ended_at: at(to),
    ...change,
  };
}
