import type { Part } from '@/api';
import type { StepText, ToolCall, ToolResult } from './events';

type StepPart = { type: 'text' | 'reasoning'; step_id: string; attempt: number; text: string };
type CallPart = Extract<Part, { type: 'tool_call' }>;

/** A part of an answer under way: text still knows the step and the attempt that wrote it. */
export type LivePart = StepPart | CallPart;

/** Adds a piece of text. A higher attempt replaces what its step has shown; a lower one comes too late. */
export function addText(
  parts: LivePart[],
  type: StepPart['type'],
  { step_id, attempt, text }: StepText,
): LivePart[] {
  const shown = parts.find((part): part is StepPart => isTextOf(part, step_id))?.attempt ?? attempt;
  if (attempt < shown) return parts;
  const kept = attempt > shown ? parts.filter((part) => !isTextOf(part, step_id)) : parts;
  const index = kept.findIndex((part) => isTextOf(part, step_id) && part.type === type);
  const before = kept[index];
  if (before === undefined) return [...kept, { type, step_id, attempt, text }];
  return kept.with(index, { ...(before as StepPart), text: (before as StepPart).text + text });
}

export function addCall(parts: LivePart[], call: ToolCall): LivePart[] {
  const { step_id, name } = call;
  return putCall(parts, {
    type: 'tool_call',
    step_id,
    name,
    arguments: call.arguments,
    result: null,
    error: null,
    duration_ms: null,
  });
}

export function addResult(parts: LivePart[], result: ToolResult): LivePart[] {
  const call = parts.find((part) => isCallOf(part, result.step_id)) as CallPart | undefined;
  return putCall(parts, {
    type: 'tool_call',
    step_id: result.step_id,
    name: result.name,
    arguments: call?.arguments ?? null,
    result: result.result ?? null,
    error: result.error ?? null,
    duration_ms: result.duration_ms ?? null,
  });
}

/** The parts as a stored message holds them. */
export function toStoredParts(parts: LivePart[]): Part[] {
  return parts.map((part) =>
    part.type === 'tool_call' ? part : { type: part.type, text: part.text },
  );
}

function putCall(parts: LivePart[], call: CallPart): LivePart[] {
  const index = parts.findIndex((part) => isCallOf(part, call.step_id));
  return index < 0 ? [...parts, call] : parts.with(index, call);
}

function isTextOf(part: LivePart, stepId: string): part is StepPart {
  return part.type !== 'tool_call' && part.step_id === stepId;
}

function isCallOf(part: LivePart, stepId: string | null): part is CallPart {
  return part.type === 'tool_call' && part.step_id === stepId;
}
