import type { Message, Part } from '@/api';
import type { ChatEvent } from '../model/events';
import { answer, userMessage } from './builders';

type Random = () => number;

/** A small linear congruential generator: the same seed gives the same turn. */
export function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const upTo = (random: Random, count: number) => Math.floor(random() * count);

/** A turn as the server stores it, and the events that tell of it: cut attempts, reasoning, tools, doubles. */
export function makeTurn(random: Random) {
  const earlier = [
    userMessage('u0', 'Before'),
    answer('m0', 'u0', [{ type: 'text', text: 'Yes' }]),
  ];
  const question = userMessage('u1', 'And now?', 'm0');
  const events: ChatEvent[] = [
    { type: 'user_message', payload: { message: question } },
    { type: 'started', payload: { run_id: 'r1', message_id: 'u1' } },
  ];
  const content: Part[] = [];
  const steps = 1 + upTo(random, 4);
  for (let index = 0; index < steps; index++) {
    tellModelStep(random, `s${index}`, events, content);
    if (index < steps - 1) tellTools(random, `s${index}`, events, content);
  }
  const message = answer('m1', 'u1', content, { run_id: 'r1' });
  events.push({ type: 'message', payload: { message } });
  events.push({ type: 'done', payload: { run_id: 'r1', finish_reason: 'stop' } });
  const messages: Message[] = [...earlier, question, message];
  return { before: earlier, messages, events };
}

function tellModelStep(random: Random, step_id: string, events: ChatEvent[], content: Part[]) {
  const last = 1 + upTo(random, 3);
  for (let attempt = 1; attempt <= last; attempt++) {
    for (const type of random() < 0.5 ? (['reasoning', 'token'] as const) : (['token'] as const)) {
      const pieces = Array.from({ length: 1 + upTo(random, 6) }, () => `w${upTo(random, 99)} `);
      for (const text of pieces) {
        events.push({ type, payload: { run_id: 'r1', step_id, attempt, text } });
      }
      const kind = type === 'token' ? 'text' : 'reasoning';
      if (attempt === last) content.push({ type: kind, text: pieces.join('') });
    }
  }
}

function tellTools(random: Random, step: string, events: ChatEvent[], content: Part[]) {
  const calls = Array.from({ length: 1 + upTo(random, 3) }, (_, index) => ({
    type: 'tool_call' as const,
    step_id: `${step}-t${index}`,
    name: 'calculator',
    arguments: { expression: `${index}+1` },
    result: random() < 0.7 ? index + 1 : null,
    error: null as string | null,
    duration_ms: upTo(random, 500),
  }));
  for (const { step_id, name, arguments: input } of calls) {
    events.push({ type: 'tool_call', payload: { run_id: 'r1', step_id, name, arguments: input } });
  }
  for (const call of random() < 0.5 ? calls : calls.toReversed()) {
    if (call.result === null) call.error = 'Division by zero';
    const { type: _, arguments: __, ...result } = call;
    events.push({ type: 'tool_result', payload: { run_id: 'r1', ...result } });
  }
  content.push(...calls);
}
