const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** Wait before attempt number `attempt` (0 = the first retry): doubles up to 15 s, with half of it random. */
export function backoffDelay(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.round(full / 2 + (full / 2) * random());
}
