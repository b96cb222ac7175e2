import type { Run, RunStep } from '@/api';
import { time } from './waterfall';

const PREVIEW_LENGTH = 140;

export function isActive(run: Pick<Run, 'status'>): boolean {
  return run.status === 'queued' || run.status === 'running';
}

export function isFinished(run: Pick<Run, 'status'>): boolean {
  return run.status === 'succeeded' || run.status === 'failed' || run.status === 'cancelled';
}

/** Milliseconds of work so far, or null before the start. */
export function runDuration(run: Run, now: number): number | null {
  const start = time(run.started_at);
  return start === null ? null : Math.max(0, (time(run.ended_at) ?? now) - start);
}

/** The first words of what the run was asked: the last user message, else the input as JSON. */
export function inputPreview(input: unknown): string {
  if (input === null || input === undefined) return '';
  const text = typeof input === 'string' ? input : (lastUserText(input) ?? JSON.stringify(input));
  return shorten(text);
}

function lastUserText(input: unknown): string | null {
  if (!isRecord(input)) return null;
  if (typeof input.input === 'string') return input.input;
  const messages = Array.isArray(input.messages) ? input.messages : [];
  const last = messages.filter((message) => isRecord(message) && message.role === 'user').at(-1);
  return isRecord(last) ? textOf(last.content) : null;
}

/** The text of a message: a string, or the text parts of a list. */
export function textOf(content: unknown): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  const texts = content.map((part) =>
    isRecord(part) && typeof part.text === 'string' ? part.text : '',
  );
  return texts.join('').trim() === '' ? null : texts.join('');
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > PREVIEW_LENGTH ? `${line.slice(0, PREVIEW_LENGTH - 1).trimEnd()}…` : line;
}

/** The first step whose outcome nobody knows: only a person can say what happened to it. */
export function unknownStep(steps: readonly RunStep[]): RunStep | null {
  return steps.find((step) => step.status === 'unknown') ?? null;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface ReplayVerdict {
  identical: boolean;
  difference: { index: number; expected: unknown; actual: unknown } | null;
}

/** What a finished replay found, or null when `output` is not that of a replay. */
export function replayVerdict(output: unknown): ReplayVerdict | null {
  const replay = isRecord(output) ? output.replay : null;
  if (!isRecord(replay) || typeof replay.identical !== 'boolean') return null;
  const found = replay.first_difference;
  if (!isRecord(found)) return { identical: replay.identical, difference: null };
  const index = typeof found.index === 'number' ? found.index : 0;
  return {
    identical: replay.identical,
    difference: { index, expected: found.expected, actual: found.actual },
  };
}
