import { describe, expect, it } from 'vitest';
import { aStep } from '../testing';
import { attemptsByKey, buildTree, filterTree, NO_FILTER, ROOT_ID, visibleRows } from './step-tree';

const search = aStep(1, 0, 400, { key: 'turn:1/tool:0', kind: 'retrieval', name: 'Search' });
const embed = aStep(2, 10, 130, {
  key: 'turn:1/tool:0/embed',
  parent_key: 'turn:1/tool:0',
  name: 'Embed',
});
const answer = aStep(3, 500, 900, { key: 'turn:2/model', parent_key: 'turn:2', name: 'Answer' });

function names(steps: Parameters<typeof buildTree>[0], collapsed: string[] = []) {
  return visibleRows(buildTree(steps), new Set(collapsed)).map(
    (row) => `${row.level} ${row.step?.name ?? 'run'}`,
  );
}

describe('buildTree', () => {
  it('nests by parent key, in order of ordinal, whatever order the rows came in', () => {
    expect(names([answer, embed, search])).toEqual(['1 run', '2 Search', '3 Embed', '2 Answer']);
  });

  it('hangs a step whose parent path has no row on the nearest path that has one', () => {
    const deep = aStep(4, 20, 30, {
      key: 'turn:1/tool:0/a/b',
      parent_key: 'turn:1/tool:0/a',
      name: 'Deep',
    });
    expect(names([search, deep])).toEqual(['1 run', '2 Search', '3 Deep']);
  });

  it('keeps attempts as rows of their own and gives later children to the later attempt', () => {
    const again = aStep(3, 500, 700, { key: 'turn:1/tool:0', attempt: 2, name: 'Search again' });
    const child = aStep(4, 510, 520, {
      key: 'turn:1/tool:0/x',
      parent_key: 'turn:1/tool:0',
      name: 'Child',
    });
    expect(names([search, embed, again, child])).toEqual([
      '1 run',
      '2 Search',
      '3 Embed',
      '2 Search again',
      '3 Child',
    ]);
    expect(attemptsByKey([search, again]).get('turn:1/tool:0')).toBe(2);
  });

  it('loses no row to a parent that comes later or to a circle', () => {
    const a = aStep(1, 0, 1, { key: 'a', parent_key: 'b', name: 'A' });
    const b = aStep(2, 0, 1, { key: 'b', parent_key: 'a', name: 'B' });
    expect(names([a, b])).toEqual(['1 run', '2 A', '3 B']);
  });
});

describe('visibleRows', () => {
  it('leaves out what is below a closed row', () => {
    expect(names([search, embed, answer], [search.id])).toEqual(['1 run', '2 Search', '2 Answer']);
    expect(names([search, embed, answer], [ROOT_ID])).toEqual(['1 run']);
  });

  it('counts the place of each row among its siblings', () => {
    const rows = visibleRows(buildTree([search, embed, answer]), new Set());
    expect(rows.map((row) => `${row.position}/${row.siblings}`)).toEqual([
      '1/1',
      '1/2',
      '1/1',
      '2/2',
    ]);
  });
});

describe('filterTree', () => {
  it('keeps a match and the way down to it', () => {
    const found = filterTree(buildTree([search, embed, answer]), { ...NO_FILTER, text: 'embed' });
    expect(visibleRows(found, new Set()).map((row) => row.step?.name)).toEqual([
      undefined,
      'Search',
      'Embed',
    ]);
  });

  it('combines text and kind, and looks into model names and error messages', () => {
    const failed = aStep(5, 0, 1, {
      kind: 'tool',
      error: {
        code: 'PROVIDER_ERROR',
        message: 'The server answered 503',
        retryable: true,
        step_id: null,
      },
    });
    const tree = buildTree([search, failed]);
    expect(filterTree(tree, { text: '503', kind: null })).toHaveLength(1);
    expect(filterTree(tree, { text: '503', kind: 'model' })).toHaveLength(0);
  });
});
