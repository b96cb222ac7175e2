export interface DiffLine {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** Above this many compared cells the middle is shown as one removed and one added block. */
const MAX_CELLS = 1_000_000;

/** The lines of two texts as one list, the removed ones before the added ones where they differ. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before.split('\n');
  const b = after.split('\n');
  const head = sharedHead(a, b);
  const tail = sharedTail(a.slice(head), b.slice(head));
  const middle = diffMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  return [...same(a.slice(0, head)), ...middle, ...same(a.slice(a.length - tail))];
}

/** Both values as indented JSON with sorted keys, line by line. */
export function diffJson(before: unknown, after: unknown): DiffLine[] {
  return diffLines(stableJson(before), stableJson(after));
}

function stableJson(value: unknown): string {
  return JSON.stringify(sortKeys(value), null, 2) ?? 'null';
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}

function same(lines: readonly string[]): DiffLine[] {
  return lines.map((text) => ({ kind: 'same', text }));
}

function sharedHead(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[count] === b[count]) count += 1;
  return count;
}

function sharedTail(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a.at(-1 - count) === b.at(-1 - count)) count += 1;
  return count;
}

function diffMiddle(a: readonly string[], b: readonly string[]): DiffLine[] {
  if (a.length * b.length > MAX_CELLS) return [...marked('removed', a), ...marked('added', b)];
  return walk(a, b, commonLengths(a, b));
}

function marked(kind: 'removed' | 'added', lines: readonly string[]): DiffLine[] {
  return lines.map((text) => ({ kind, text }));
}

/** `table[i][j]` is the length of the longest common subsequence of `a` from i and `b` from j. */
function commonLengths(a: readonly string[], b: readonly string[]): number[][] {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const longest =
        a[i] === b[j]
          ? cell(table, i + 1, j + 1) + 1
          : Math.max(cell(table, i + 1, j), cell(table, i, j + 1));
      (table[i] as number[])[j] = longest;
    }
  }
  return table;
}

function cell(table: readonly number[][], i: number, j: number): number {
  return table[i]?.[j] ?? 0;
}

function walk(a: readonly string[], b: readonly string[], table: readonly number[][]): DiffLine[] {
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: 'same', text: a[i] as string });
      i += 1;
      j += 1;
    } else if (i < a.length && (j >= b.length || cell(table, i + 1, j) >= cell(table, i, j + 1))) {
      lines.push({ kind: 'removed', text: a[i++] as string });
    } else {
      lines.push({ kind: 'added', text: b[j++] as string });
    }
  }
  return lines;
}
