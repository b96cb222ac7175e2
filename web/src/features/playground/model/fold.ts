const LONGEST_CHARS = 1600;
const LONGEST_LINES = 24;

export type Folded = { shown: string; total: number };

/** The beginning of a long text, cut at a line where there is one; null when it is short enough to show whole. */
export function foldText(text: string): Folded | null {
  const head = text.slice(0, LONGEST_CHARS);
  const lines = head.split('\n');
  if (text.length <= LONGEST_CHARS && lines.length <= LONGEST_LINES) return null;
  const shown = lines.slice(0, LONGEST_LINES).join('\n');
  return { shown, total: text.length };
}
