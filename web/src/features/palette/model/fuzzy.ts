/** Marks that letters carry, which people leave out when they type. */
const MARKS = /\p{M}/gu;

export function folded(text: string): string {
  return text.normalize('NFD').replace(MARKS, '').toLowerCase();
}

/**
 * How well a name fits what was typed, 0 for not at all. Every typed word must fit: as the beginning of a word best,
 * then inside one, then with a slip of the finger.
 */
export function fitness(typed: string, name: string): number {
  const words = folded(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return 1;
  const plain = folded(name);
  const parts = plain.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  let sum = 0;
  for (const word of words) {
    const best = Math.max(
      plain.includes(word) ? 0.6 : 0,
      ...parts.map((part) => fitWord(word, part)),
    );
    if (best === 0) return 0;
    sum += best;
  }
  const whole = plain.startsWith(words.join(' ')) ? 0.5 : 0;
  return sum / words.length + whole - Math.min(plain.length, 99) / 1_000;
}

function fitWord(word: string, part: string): number {
  if (part === word) return 1.2;
  if (part.startsWith(word)) return 1;
  if (word.length === 3) return swapped(word).some((one) => part.startsWith(one)) ? 0.4 : 0;
  const slips = word.length >= 8 ? 2 : word.length >= 4 ? 1 : 0;
  if (slips === 0) return 0;
  const distance = slipsInPrefix(word, part);
  return distance <= slips ? 0.5 - distance * 0.1 : 0;
}

/** Of three letters, two that changed places are the only slip that still means something. */
function swapped([a = '', b = '', c = '']: string): string[] {
  return [b + a + c, a + c + b];
}

/** The fewest slips (a letter missed, added, wrong, or two swapped) from `word` to a beginning of `part`. */
export function slipsInPrefix(word: string, part: string): number {
  const columns = Math.min(part.length, word.length + 2);
  let beforeLast: number[] = [];
  let last = Array.from({ length: columns + 1 }, (_, column) => column);
  for (let row = 1; row <= word.length; row += 1) {
    const now = [row];
    for (let column = 1; column <= columns; column += 1) {
      const same = word[row - 1] === part[column - 1];
      const swapped =
        row > 1 &&
        column > 1 &&
        word[row - 1] === part[column - 2] &&
        word[row - 2] === part[column - 1];
      now[column] = Math.min(
        at(last, column) + 1,
        at(now, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = now;
  }
  return Math.min(...last);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
