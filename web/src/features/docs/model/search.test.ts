import { describe, expect, it } from 'vitest';
import { NAMED, PAGES, pageBySlug } from './library';
import { headingsOf, idOf } from './markdown';
import { indexOf, oneSlip, searchDocs } from './search';

const index = indexOf(PAGES);

describe('the library', () => {
  it('has every page once, with a title, and begins with the start', () => {
    expect(PAGES[0]?.slug).toBe('getting-started');
    expect(new Set(PAGES.map(({ slug }) => slug)).size).toBe(PAGES.length);
    expect(PAGES.filter(({ title }) => title === 'Untitled')).toEqual([]);
  });

  it('shows nobody the notes to whoever edits a file', () => {
    expect(PAGES.filter(({ text }) => text.includes('<!--')).map(({ slug }) => slug)).toEqual([]);
  });

  it('names every page in the reading order', () => {
    expect(PAGES.filter(({ slug }) => !NAMED.has(slug)).map(({ slug }) => slug)).toEqual([]);
  });

  it('links only to pages and headings that are there', () => {
    const broken = PAGES.flatMap(({ slug, text }) =>
      [...text.matchAll(/\]\((?:\.\/|reference\/)?([\w-]+)\.md(?:#([\w-]+))?\)/g)]
        .filter(([, to, hash]) => {
          const page = pageBySlug((to ?? '').toLowerCase());
          return !page || (hash && !page.headings.some(({ id }) => id === hash));
        })
        .map(([link]) => `${slug}: ${link}`),
    );
    expect(broken).toEqual([]);
  });
});

describe('headings', () => {
  it('skips code, and makes ids that can stand in an address', () => {
    expect(headingsOf('# A\n\n## What `x` is?\n```\n## no\n```\n### Ünd')).toEqual([
      { level: 2, text: 'What x is?', id: 'what-x-is' },
      { level: 3, text: 'Ünd', id: 'ünd' },
    ]);
    expect(idOf('  A -- b! ')).toBe('a-b');
  });
});

describe('search', () => {
  it('shows whole words around what was found', () => {
    const words = Array.from({ length: 60 }, (_, n) => `word${n}`).join(' ');
    const text = `# T\n\n${words} found [here](x.md). ${words}`;
    const page = { slug: 't', title: 'T', group: '', text, headings: [] };
    const excerpt = searchDocs(indexOf([page]), 'found')[0]?.excerpt ?? '';
    expect(excerpt).toMatch(/^… word\d\d .* found here\. word0 .* word\d+ …$/);
  });

  it('finds a heading before a mention, and needs every word', () => {
    expect(searchDocs(index, 'replay')[0]?.slug).toBe('playground-and-runs');
    expect(searchDocs(index, 'replay zzzzzz')).toEqual([]);
    expect(searchDocs(index, '   ')).toEqual([]);
  });

  it('forgives one slip, and never raises on odd input', () => {
    expect(searchDocs(index, 'retnetion').some(({ slug }) => slug.startsWith('retention'))).toBe(
      true,
    );
    expect(searchDocs(index, '"(*) AND \\')).toBeInstanceOf(Array);
  });

  it.each([
    ['agent', 'agnet', true],
    ['agent', 'agen', true],
    ['agents', 'agemt', true],
    ['agent', 'apple', false],
  ])('%s and %s: %s', (word, wanted, same) => {
    expect(oneSlip(word, wanted)).toBe(same);
  });
});
