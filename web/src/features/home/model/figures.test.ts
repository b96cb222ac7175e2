import { describe, expect, it } from 'vitest';
import type { Overview, PieceOfRuns } from '@/api';
import { axisTop, growth, nameOf, percent, ratePoints, tickOf } from './figures';

function overview(runs: number, before: number, rate: number | null, rateBefore: number | null) {
  return {
    current: { runs, success_rate: rate, latency_p95_ms: null },
    previous: { runs: before, success_rate: rateBefore, latency_p95_ms: null },
  } as Overview;
}

describe('figures', () => {
  it('compares with the day before', () => {
    expect(growth(overview(108, 100, null, null))).toBe('+8%');
    expect(growth(overview(50, 100, null, null))).toBe('−50%');
    expect(growth(overview(5, 0, null, null))).toBeNull();
    expect(growth(overview(5, 5, null, null))).toBeNull();
    expect(ratePoints(overview(1, 1, 0.974, 0.97))).toBe('+0.4 pt');
    expect(ratePoints(overview(1, 1, null, 0.97))).toBeNull();
  });

  it('never rounds a failure away', () => {
    expect(percent(1)).toBe('100%');
    expect(percent(0.9999)).toBe('99.9%');
  });

  it.each([
    [0, 4],
    [4, 4],
    [5, 8],
    [9, 10],
    [91, 100],
    [101, 200],
    [1040, 2000],
  ])('an axis for %i ends at %i', (most, top) => expect(axisTop(most)).toBe(top));

  it('names a piece of time by what tells it from the others', () => {
    const piece = { at: new Date(2026, 10, 5, 18).toISOString() } as PieceOfRuns;
    expect(['24h', '7d', '30d'].map((span) => nameOf(piece, span as '24h'))).toEqual([
      '18:00',
      '5 Nov, 18:00',
      '5 Nov',
    ]);
    expect([tickOf(piece, 4, '7d'), tickOf(piece, 5, '7d')]).toEqual(['5 Nov', null]);
  });
});
