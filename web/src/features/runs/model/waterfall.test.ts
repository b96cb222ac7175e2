import { describe, expect, it } from 'vitest';
import { aRun, aStep, at } from '../testing';
import { buildTree, type TreeRow, visibleRows } from './step-tree';
import {
  axisTicks,
  barOf,
  slowestStep,
  tickLabel,
  tickPosition,
  timeWindow,
  toneTotals,
} from './waterfall';

const run = aRun();
const now = Date.parse(at(60_000));

function bars(steps: Parameters<typeof buildTree>[0], of = run) {
  const window = timeWindow(of, steps, now);
  const rows = visibleRows(buildTree(steps), new Set());
  return rows.map((row: TreeRow) => barOf(row, of, window));
}

describe('timeWindow', () => {
  it('spans the run', () => {
    expect(timeWindow(run, [], now)).toEqual({
      start: Date.parse(at(0)),
      end: Date.parse(at(12_400)),
    });
  });

  it('reaches to now while the run is open and is never empty', () => {
    const open = aRun({ ended_at: null, status: 'running' });
    expect(timeWindow(open, [], now).end).toBe(now);
    const instant = aRun({ ended_at: at(0) });
    expect(timeWindow(instant, [], now).end).toBeGreaterThan(Date.parse(at(0)));
  });

  it('grows to hold a step outside the times of the run', () => {
    expect(timeWindow(run, [aStep(1, -500, 14_000)], now)).toEqual({
      start: Date.parse(at(-500)),
      end: Date.parse(at(14_000)),
    });
  });
});

describe('axisTicks', () => {
  it.each([
    [12_400, 2_000],
    [900, 200],
    [3, 1],
    [95_000, 15_000],
    [86_400_000, 14_400_000],
  ])('divides %i ms into at most seven round parts', (span, step) => {
    const window = { start: 0, end: span };
    const ticks = axisTicks(window);
    expect(ticks[1]).toBe(step);
    expect(ticks.length).toBeLessThanOrEqual(8);
    expect(tickPosition(ticks.at(-1) ?? 0, window)).toBeLessThanOrEqual(100);
  });
});

describe('barOf', () => {
  it('puts a bar where its step lies in the run', () => {
    const [whole, bar] = bars([aStep(1, 3_100, 6_200)]);
    expect(whole).toMatchObject({ left: 0, width: 100, tone: 'group' });
    expect(bar).toMatchObject({
      left: 25,
      width: 25,
      tone: 'model',
      durationMs: 3_100,
      labelSide: 'right',
    });
  });

  it('turns the label to the left past 86% and stays inside the lane', () => {
    const bar = bars([aStep(1, 11_000, 12_400)])[1];
    expect(bar?.labelSide).toBe('left');
    expect((bar?.left ?? 0) + (bar?.width ?? 0)).toBeCloseTo(100);
  });

  it('keeps the label of a bar over the whole lane off the names', () => {
    expect(bars([aStep(1, 100, 12_300)])[1]?.labelSide).toBe('right');
  });

  it('colours by what happened first, then by kind', () => {
    const tones = bars([
      aStep(1, 0, 1, { kind: 'tool' }),
      aStep(2, 0, 1, { kind: 'tool', status: 'failed' }),
      aStep(3, 0, 1, { kind: 'human' }),
      aStep(4, 0, 1, { kind: 'tool', status: 'unknown', ended_at: null }),
      aStep(5, 0, 1, { kind: 'value' }),
    ]).map((bar) => bar?.tone);
    expect(tones).toEqual(['group', 'tool', 'error', 'waiting', 'waiting', 'other']);
  });

  it('draws a step that only holds others as a group, and one that worked itself in its own colour', () => {
    const node = aStep(1, 0, 400, { key: 'p', kind: 'node' });
    const model = aStep(2, 0, 100, { key: 'p/m', parent_key: 'p' });
    const tool = aStep(3, 100, 200, { key: 'p/m/t', parent_key: 'p/m', kind: 'tool' });
    expect(bars([node, model, tool]).map((bar) => bar?.tone)).toEqual([
      'group',
      'group',
      'model',
      'tool',
    ]);
  });

  it('lets a step that is under way grow', () => {
    const open = aRun({ ended_at: null, status: 'running' });
    const going = aStep(1, 30_000, 0, { status: 'started', ended_at: null });
    expect(bars([going], open)[1]?.durationMs).toBe(30_000);
  });
});

describe('toneTotals and slowestStep', () => {
  const end = Date.parse(at(12_400));
  const model = aStep(1, 0, 1_000, { key: 'm' });
  const after = aStep(2, 1_000, 3_000, { key: 'm/t', parent_key: 'm', kind: 'tool' });
  const search = aStep(3, 3_000, 7_000, { key: 's', kind: 'retrieval' });
  const embed = aStep(4, 3_000, 5_000, { key: 's/e', parent_key: 's' });
  const rerank = aStep(5, 4_000, 6_500, { key: 's/r', parent_key: 's' });
  const wait = aStep(6, 7_000, 12_000, { kind: 'human' });

  it('counts a step that follows its parent for both, and one inside it for itself alone', () => {
    const tree = buildTree([model, after, search, embed, rerank, wait]);
    expect(Object.fromEntries(toneTotals(tree, end))).toEqual({
      model: 1_000 + 2_000 + 2_500,
      tool: 2_000,
      retrieval: 500,
      waiting: 5_000,
    });
  });

  it('finds the step that worked longest, not the one that held it or waited', () => {
    expect(slowestStep(buildTree([model, after, search, embed, rerank, wait]), end)?.id).toBe(
      rerank.id,
    );
    expect(slowestStep([], end)).toBeNull();
  });
});

it.each([
  [0, '0 s'],
  [200, '200 ms'],
  [1_500, '1.5 s'],
  [90_000, '1.5 min'],
  [7_200_000, '2 h'],
])('labels %i ms on the axis as %s', (offset, label) => {
  expect(tickLabel(offset)).toBe(label);
});
