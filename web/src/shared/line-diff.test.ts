import { describe, expect, it } from 'vitest';
import { diffJson, diffLines } from './line-diff';

describe('diffLines', () => {
  it('marks what left and what came, and keeps the rest', () => {
    expect(diffLines('a\nb\nc', 'a\nx\nc')).toEqual([
      { kind: 'same', text: 'a' },
      { kind: 'removed', text: 'b' },
      { kind: 'added', text: 'x' },
      { kind: 'same', text: 'c' },
    ]);
  });

  it('finds the longest common part between two changes', () => {
    const kinds = diffLines('1\n2\n3\n4', '0\n2\n3\n5').map(
      (line) => `${line.kind[0]}${line.text}`,
    );
    expect(kinds).toEqual(['r1', 'a0', 's2', 's3', 'r4', 'a5']);
  });

  it('shows two long texts without anything in common as two blocks', () => {
    const before = Array.from({ length: 1_100 }, (_, index) => `a${index}`).join('\n');
    const after = Array.from({ length: 1_100 }, (_, index) => `b${index}`).join('\n');
    expect(diffLines(before, after)).toHaveLength(2_200);
  });

  it('ignores the order of keys in JSON', () => {
    expect(diffJson({ b: 1, a: 2 }, { a: 2, b: 1 }).every((line) => line.kind === 'same')).toBe(
      true,
    );
  });
});
