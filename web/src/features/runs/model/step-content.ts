import { isRecord, textOf } from './run-facts';

export interface SaidMessage {
  role: string;
  /** null when the message only holds calls or results. */
  text: string | null;
  reasoning: string | null;
  calls: { name: string; arguments: unknown }[];
  results: { name: string; output: unknown; failed: boolean }[];
}

/** The messages inside a model step's input (`{messages}`) or a run's input; null when there are none to show. */
export function messagesIn(value: unknown): SaidMessage[] | null {
  if (!isRecord(value) || !Array.isArray(value.messages) || value.messages.length === 0)
    return null;
  return value.messages.every(isRecord) ? value.messages.map(readMessage) : null;
}

/** The answer inside a model step's output (`{message, finish_reason}`); null for any other output. */
export function answerIn(value: unknown): SaidMessage | null {
  return isRecord(value) && isRecord(value.message) ? readMessage(value.message) : null;
}

function readMessage(message: Record<string, unknown>): SaidMessage {
  const parts = Array.isArray(message.content) ? message.content.filter(isRecord) : [];
  return {
    role: typeof message.role === 'string' ? message.role : '',
    text: textOf(Array.isArray(message.content) ? parts.filter(isText) : message.content),
    reasoning: textOf(parts.filter((part) => part.type === 'reasoning')),
    calls: parts.filter((part) => part.type === 'tool_call').map(readCall),
    results: parts.filter((part) => part.type === 'tool_result').map(readResult),
  };
}

function isText(part: Record<string, unknown>): boolean {
  return part.type === 'text';
}

function readCall(part: Record<string, unknown>): SaidMessage['calls'][number] {
  return { name: String(part.name ?? ''), arguments: parsed(part.arguments) };
}

function readResult(part: Record<string, unknown>): SaidMessage['results'][number] {
  return { name: String(part.name ?? ''), output: part.output, failed: part.is_error === true };
}

/** A model writes its arguments as JSON text; shown as a value when it is one. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** The instructions that a run froze when it began. */
export function instructionsIn(definition: unknown): string | null {
  const instructions = isRecord(definition) ? definition.instructions : null;
  return typeof instructions === 'string' && instructions !== '' ? instructions : null;
}

/** The answer of a whole run, as text. */
export function answerTextIn(output: unknown): string | null {
  const text = isRecord(output) ? output.text : null;
  return typeof text === 'string' && text !== '' ? text : null;
}
