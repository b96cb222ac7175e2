import type { InputMessage } from '@/api';
import type { StreamEvent } from './event-stream';

export interface TrialText {
  type: 'text' | 'reasoning';
  stepId: string;
  attempt: number;
  text: string;
}

export interface TrialTool {
  type: 'tool';
  stepId: string;
  name: string;
  arguments: unknown;
  result: unknown;
  error: string | null;
  /** null while the call runs. */
  durationMs: number | null;
  done: boolean;
}

export type TrialBlock = TrialText | TrialTool;

export interface TrialError {
  code: string;
  message: string;
}

/** One question to the draft and what came back. */
export interface TrialTurn {
  input: string;
  state: 'running' | 'done' | 'stopped' | 'failed';
  runId: string | null;
  blocks: TrialBlock[];
  tokens: number | null;
  costUsdMicros: number | null;
  latencyMs: number | null;
  error: TrialError | null;
}

export type TrialAction =
  | { type: 'asked'; input: string }
  | { type: 'event'; event: StreamEvent }
  | { type: 'broke'; error: TrialError }
  | { type: 'stopped' }
  | { type: 'ended' }
  | { type: 'cleared' };

export function trialReducer(
  turns: readonly TrialTurn[],
  action: TrialAction,
): readonly TrialTurn[] {
  switch (action.type) {
    case 'cleared':
      return [];
    case 'asked':
      return [...turns, newTurn(action.input)];
    case 'event':
      return changeLast(turns, (turn) => applyEvent(turn, action.event));
    case 'broke':
      return changeLast(turns, (turn) => ({ ...turn, state: 'failed', error: action.error }));
    case 'stopped':
      return changeLast(turns, (turn) =>
        turn.state === 'running' ? { ...turn, state: 'stopped' } : turn,
      );
    case 'ended':
      return changeLast(turns, cutShort);
  }
}

function newTurn(input: string): TrialTurn {
  return {
    input,
    state: 'running',
    runId: null,
    blocks: [],
    tokens: null,
    costUsdMicros: null,
    latencyMs: null,
    error: null,
  };
}

function changeLast(
  turns: readonly TrialTurn[],
  change: (turn: TrialTurn) => TrialTurn,
): readonly TrialTurn[] {
  const last = turns.at(-1);
  return last ? [...turns.slice(0, -1), change(last)] : turns;
}

/** A stream that ended without `done` or `error` was cut: the run may still go on, and its trace says how it ended. */
function cutShort(turn: TrialTurn): TrialTurn {
  return turn.state === 'running'
    ? { ...turn, state: 'failed', error: { code: 'STREAM_CUT', message: '' } }
    : turn;
}

function applyEvent(turn: TrialTurn, { type, payload }: StreamEvent): TrialTurn {
  const known = typeof payload.run_id === 'string' ? { ...turn, runId: payload.run_id } : turn;
  switch (type) {
    case 'token':
    case 'reasoning':
      return {
        ...known,
        blocks: addText(known.blocks, type === 'token' ? 'text' : 'reasoning', payload),
      };
    case 'tool_call':
      return { ...known, blocks: putTool(known.blocks, payload, startedTool(payload)) };
    case 'tool_result':
      return { ...known, blocks: putTool(known.blocks, payload, finishedTool(payload)) };
    case 'done':
      return finish(known, payload);
    case 'error':
      return {
        ...known,
        state: 'failed',
        error: { code: textOf(payload.code), message: textOf(payload.message) },
      };
    default:
      return known;
  }
}

function addText(
  blocks: readonly TrialBlock[],
  type: TrialText['type'],
  payload: Record<string, unknown>,
): TrialBlock[] {
  const stepId = textOf(payload.step_id);
  const attempt = numberOf(payload.attempt) ?? 1;
  const text = textOf(payload.text);
  const known = blocks.find((block) => block.type === type && block.stepId === stepId) as
    | TrialText
    | undefined;
  if (!known)
    return [...withoutEarlierAttempt(blocks, stepId, attempt), { type, stepId, attempt, text }];
  if (attempt < known.attempt) return [...blocks];
  const shown = attempt > known.attempt ? '' : known.text;
  return blocks.map((block) =>
    block === known ? { ...known, attempt, text: shown + text } : block,
  );
}

/** A repeated model call follows right behind the attempt that it replaces, whose words are then void. */
function withoutEarlierAttempt(
  blocks: readonly TrialBlock[],
  stepId: string,
  attempt: number,
): TrialBlock[] {
  const isVoid = (block: TrialBlock | undefined) =>
    block !== undefined &&
    block.type !== 'tool' &&
    block.stepId !== stepId &&
    block.attempt < attempt;
  let length = blocks.length;
  while (isVoid(blocks[length - 1])) length -= 1;
  return blocks.slice(0, length);
}

function startedTool(payload: Record<string, unknown>): Partial<TrialTool> {
  return { name: textOf(payload.name), arguments: payload.arguments ?? null };
}

function finishedTool(payload: Record<string, unknown>): Partial<TrialTool> {
  const error = typeof payload.error === 'string' ? payload.error : null;
  return {
    name: textOf(payload.name),
    result: payload.result ?? null,
    error,
    durationMs: numberOf(payload.duration_ms),
    done: true,
  };
}

function putTool(
  blocks: readonly TrialBlock[],
  payload: Record<string, unknown>,
  change: Partial<TrialTool>,
): TrialBlock[] {
  const stepId = textOf(payload.step_id);
  const isIt = (block: TrialBlock): block is TrialTool =>
    block.type === 'tool' && block.stepId === stepId;
  if (blocks.some(isIt))
    return blocks.map((block) => (isIt(block) ? { ...block, ...change } : block));
  return [...blocks, { ...EMPTY_TOOL, stepId, ...change }];
}

const EMPTY_TOOL: TrialTool = {
  type: 'tool',
  stepId: '',
  name: '',
  arguments: null,
  result: null,
  error: null,
  durationMs: null,
  done: false,
};

function finish(turn: TrialTurn, payload: Record<string, unknown>): TrialTurn {
  const state =
    turn.state === 'stopped' || payload.status === 'cancelled'
      ? 'stopped'
      : endState(turn, payload);
  return {
    ...turn,
    state,
    tokens: totalTokens(payload.usage),
    costUsdMicros: numberOf(payload.cost_usd_micros),
    latencyMs: numberOf(payload.latency_ms),
  };
}

function endState(turn: TrialTurn, payload: Record<string, unknown>): TrialTurn['state'] {
  return payload.status === 'failed' || turn.error ? 'failed' : 'done';
}

function totalTokens(usage: unknown): number | null {
  if (typeof usage !== 'object' || usage === null) return null;
  const { input_tokens, output_tokens } = usage as Record<string, unknown>;
  return (numberOf(input_tokens) ?? 0) + (numberOf(output_tokens) ?? 0);
}

/** The conversation so far as messages, for the next question: only turns that were answered. */
export function historyOf(turns: readonly TrialTurn[]): InputMessage[] {
  return turns.flatMap((turn) => {
    const answer = answerOf(turn);
    if (turn.state !== 'done' || answer === '') return [];
    return [
      { role: 'user', content: turn.input },
      { role: 'assistant', content: answer },
    ];
  });
}

export function answerOf(turn: TrialTurn): string {
  return turn.blocks.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
