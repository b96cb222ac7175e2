export const MIN_PASSWORD = 12;

/** 0 too short, 1 fair, 2 good, 3 strong. Repeats of one character count once. */
export function strengthOf(password: string): 0 | 1 | 2 | 3 {
  const length = [...password].length;
  if (length < MIN_PASSWORD) return 0;
  const distinct = new Set(password).size;
  if (distinct < 6) return 1;
  return length >= 16 && distinct >= 9 ? 3 : 2;
}
