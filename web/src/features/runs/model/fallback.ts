import type { RunStep } from '@/api';

/** A model and what its attempts ended in: null for an answer, a code for a failure, undefined while it is asked. */
export interface Asked {
  model: string;
  providerId: string | null;
  error: string | null | undefined;
}

/** The models that were asked for one answer, in their order, each with its last attempt; empty without a fallback. */
export function fallbackOf(step: RunStep, steps: readonly RunStep[]): Asked[] {
  if (step.kind !== 'model') return [];
  const asked: Asked[] = [];
  for (const attempt of steps.filter((other) => other.key === step.key)) {
    const one = askedBy(attempt);
    const last = asked.at(-1);
    if (last && last.model === one.model && last.providerId === one.providerId) asked.pop();
    asked.push(one);
  }
  return asked.length > 1 ? asked : [];
}

function askedBy(step: RunStep): Asked {
  const ended = step.status === 'succeeded' ? null : step.error?.code;
  return { model: step.model ?? step.name, providerId: step.provider_id, error: ended };
}
