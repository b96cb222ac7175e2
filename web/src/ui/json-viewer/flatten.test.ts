import { describe, expect, it } from 'vitest';
import { childPath, findMatches, flatten } from './flatten';

const closed = { toggled: new Map(), shown: new Map() };

function paths(value: unknown, options = closed) {
  return flatten(value, options)
    .filter((row) => row.part === 'item')
    .map((row) => row.path);
}

describe('flatten', () => {
  it('opens three levels and closes the fourth', () => {
    expect(paths({ a: { b: { c: { d: 1 } } } })).toEqual(['$', '$.a', '$.a.b', '$.a.b.c']);
  });

  it('keeps a list of more than 50 closed below the top, and offers the rest of the top one', () => {
    const long = Array.from({ length: 60 }, (_, index) => index);
    expect(paths({ long })).toEqual(['$', '$.long']);
    const rows = flatten(long, closed);
    expect(rows.find((row) => row.part === 'more')?.size).toBe(10);
    const all = flatten(long, { ...closed, shown: new Map([['$', 250]]) });
    expect(all.some((row) => row.part === 'more')).toBe(false);
  });

  it('follows what a person opened and closed', () => {
    const toggled = new Map([['$.a', false]]);
    expect(paths({ a: { b: 1 }, c: 2 }, { ...closed, toggled })).toEqual(['$', '$.a', '$.c']);
  });

  it('knows which row is the last of its container', () => {
    const rows = flatten({ a: 1, b: 2 }, closed).filter((row) => row.depth === 1);
    expect(rows.map((row) => row.last)).toEqual([false, true]);
  });
});

describe('findMatches', () => {
  it('finds names and values and opens what lies above them', () => {
    const value = { deep: { er: { still: { more: 'Needle' } } }, needle: 1, other: [true, null] };
    const found = findMatches(value, ' needle ');
    expect([...found.paths]).toEqual(['$.deep.er.still.more', '$.needle']);
    expect([...found.ancestors]).toEqual(['$', '$.deep', '$.deep.er', '$.deep.er.still']);
    const rows = flatten(value, { ...closed, forced: found.ancestors });
    expect(rows.map((row) => row.path)).toContain('$.deep.er.still.more');
  });

  it('finds nothing for an empty query', () => {
    expect(findMatches({ a: 1 }, '  ').paths.size).toBe(0);
  });
});

it('writes paths that can be pasted', () => {
  expect(childPath('$', 'plain', 'object')).toBe('$.plain');
  expect(childPath('$', 'with space', 'object')).toBe('$["with space"]');
  expect(childPath('$.a', '2', 'array')).toBe('$.a[2]');
});
