import type { RunStep, StepStatus } from '@/api';
import { byOrdinal } from './step-tree';

/** How far along a step is. A row never goes back, so the further one of two copies is the newer one. */
const PROGRESS: Record<StepStatus, number> = {
  started: 0,
  waiting: 1,
  unknown: 2,
  succeeded: 3,
  failed: 3,
  skipped: 3,
  cancelled: 3,
};

/**
 * Adds rows to a journal that is already on the screen, in order of their ordinal. Events and pages may overlap and come
 * in any order: a copy that is behind what is shown is dropped.
 */
export function mergeSteps(known: readonly RunStep[], incoming: readonly RunStep[]): RunStep[] {
  const byId = new Map(known.map((step) => [step.id, step]));
  for (const step of incoming) {
    const shown = byId.get(step.id);
    if (!shown || PROGRESS[step.status] >= PROGRESS[shown.status]) byId.set(step.id, step);
  }
  return [...byId.values()].sort(byOrdinal);
}
