import type { DocPage } from './library';
import { sectionsOf } from './markdown';

export type Hit = { slug: string; title: string; heading: string; hash: string; excerpt: string };

type Entry = Omit<Hit, 'excerpt'> & { text: string; words: string[]; headWords: string[] };

const MOST = 12;
const EXCERPT = 140;

export type DocIndex = readonly Entry[];

export function indexOf(pages: readonly DocPage[]): DocIndex {
  return pages.flatMap(({ slug, title, text }) =>
    sectionsOf(text).map(({ heading, text: body }) => {
      const plain = body
        .replace(/[`*_#|]|\]\([^)]*\)|\[/g, ' ')
        .replace(/\s+/g, ' ')
        .replace(/ (?=[.,;:])/g, '')
        .trim();
      const name = heading?.text ?? title;
      return {
        slug,
        title,
        heading: name,
        hash: heading?.id ?? '',
        text: plain,
        words: [...new Set(wordsOf(plain))],
        headWords: wordsOf(heading ? name : `${title} ${name}`),
      };
    }),
  );
}

/** Every word of the query must be there: as a beginning, or, from four letters on, with one slip of the finger. */
export function searchDocs(index: DocIndex, query: string): Hit[] {
  const wanted = wordsOf(query);
  if (wanted.length === 0) return [];
  return index
    .map((entry) => ({ entry, score: scoreOf(entry, wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST)
    .map(({ entry: { slug, title, heading, hash, text } }) => ({
      slug,
      title,
      heading,
      hash,
      excerpt: excerptOf(text, wanted),
    }));
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

function scoreOf(entry: Entry, wanted: string[]): number {
  let sum = 0;
  for (const word of wanted) {
    const best = Math.max(3 * nearest(entry.headWords, word), nearest(entry.words, word));
    if (best === 0) return 0;
    sum += best;
  }
  return sum;
}

function nearest(words: string[], wanted: string): number {
  if (words.includes(wanted)) return 3;
  if (words.some((word) => word.startsWith(wanted))) return 2;
  return wanted.length >= 4 && words.some((word) => oneSlip(word, wanted)) ? 1 : 0;
}

/** One letter more, less, other, or two swapped; the end of the longer word may be missing. */
export function oneSlip(word: string, wanted: string): boolean {
  const lengths = [wanted.length - 1, wanted.length, wanted.length + 1];
  return lengths.some((length) => differsByOne(word.slice(0, length), wanted));
}

function differsByOne(a: string, b: string): boolean {
  let at = 0;
  while (at < Math.min(a.length, b.length) && a[at] === b[at]) at += 1;
  const [restA, restB] = [a.slice(at), b.slice(at)];
  if (restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1))
    return true;
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}

function excerptOf(text: string, wanted: string[]): string {
  const lower = text.toLowerCase();
  const found = wanted.map((word) => lower.indexOf(word)).find((at) => at >= 0) ?? 0;
  const start = found > 40 ? text.indexOf(' ', found - 40) + 1 : 0;
  const rest = text.slice(start);
  const cut = rest.length > EXCERPT ? rest.slice(0, rest.lastIndexOf(' ', EXCERPT)) : rest;
  return `${start > 0 ? '… ' : ''}${cut}${cut.length < rest.length ? ' …' : ''}`;
}
