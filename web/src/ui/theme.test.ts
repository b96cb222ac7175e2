import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const SRC = 'src/';
const CSS = ['tokens.css', 'theme.css'].map((name) => readFileSync(`${SRC}ui/${name}`, 'utf8'));
const COLOURS = new Set(
  [...CSS.join('').matchAll(/--color-([a-z0-9-]+):/g)].map(([, name]) => name),
);
const KEYWORDS = new Set(['transparent', 'current', 'inherit', 'none']);
const USED =
  /(?<![\w-])(?:bg|border|outline|fill|stroke|decoration|caret)-([a-z]+(?:-[a-z0-9]+)*)(?=[\s'"`/])/g;
/** What else begins like a colour. */
const OTHER =
  /^(?:[trblxyse]|[trblxyse]-[\w-]+|collapse|separate|spacing.*|solid|dashed|dotted|offset-\d+|hidden|none|cover|contain|center|clip-\w+|no-repeat|gradient-.*|linear-.*|[a-z]*-?\d+)$/;

function sources(): string[] {
  const names = readdirSync(SRC, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.tsx') && !name.includes('.test.'));
}

it('names no colour that the tokens do not have: it would draw nothing', () => {
  const unknown = sources().flatMap((file) => {
    const text = readFileSync(SRC + file, 'utf8');
    const named = [...text.matchAll(USED)].map(([, name]) => name ?? '');
    const bad = named.filter(
      (name) => !COLOURS.has(name) && !KEYWORDS.has(name) && !OTHER.test(name),
    );
    return bad.map((name) => `${file}: ${name}`);
  });
  expect(unknown).toEqual([]);
});
