import { describe, expect, it } from 'vitest';
import { aRun, aStep } from '../testing';
import { mergeSteps } from './journal';
import { rowSlice } from './row-window';
import { inputPreview, replayVerdict, unknownStep } from './run-facts';
import { belongsTo, hasFilters, parseRunSearch } from './run-search';
import { buildTree, ROOT_ID, visibleRows } from './step-tree';
import { treeMove } from './tree-keys';

describe('mergeSteps', () => {
  const begun = aStep(1, 0, 0, { status: 'started', ended_at: null });
  const done = aStep(1, 0, 100);

  it('never shows a step going back, in whichever order copies come', () => {
    expect(mergeSteps([done], [begun])).toEqual([done]);
    expect(mergeSteps([begun], [done])).toEqual([done]);
  });

  it('adds new rows in order and takes the later of two equal copies', () => {
    const second = aStep(2, 100, 200);
    const renamed = { ...done, name: 'Renamed' };
    expect(mergeSteps([second, done], [renamed]).map((step) => step.name)).toEqual([
      'Renamed',
      'Step 2',
    ]);
  });
});

describe('treeMove', () => {
  const parent = aStep(1, 0, 9, { key: 'p' });
  const child = aStep(2, 0, 5, { key: 'p/c', parent_key: 'p' });
  const rows = visibleRows(buildTree([parent, child]), new Set());

  it('walks down, up, home and end', () => {
    expect(treeMove('ArrowDown', rows, ROOT_ID)).toEqual({ type: 'focus', id: parent.id });
    expect(treeMove('ArrowUp', rows, parent.id)).toEqual({ type: 'focus', id: ROOT_ID });
    expect(treeMove('End', rows, ROOT_ID)).toEqual({ type: 'focus', id: child.id });
    expect(treeMove('Home', rows, child.id)).toEqual({ type: 'focus', id: ROOT_ID });
    expect(treeMove('ArrowDown', rows, child.id)).toBeNull();
  });

  it('opens and closes, then goes in and out', () => {
    expect(treeMove('ArrowLeft', rows, parent.id)).toEqual({ type: 'close', id: parent.id });
    expect(treeMove('ArrowRight', rows, parent.id)).toEqual({ type: 'focus', id: child.id });
    expect(treeMove('ArrowLeft', rows, child.id)).toEqual({ type: 'focus', id: parent.id });
    const closed = visibleRows(buildTree([parent, child]), new Set([parent.id]));
    expect(treeMove('ArrowRight', closed, parent.id)).toEqual({ type: 'open', id: parent.id });
    expect(treeMove('ArrowLeft', closed, parent.id)).toEqual({ type: 'focus', id: ROOT_ID });
    expect(treeMove('ArrowRight', rows, child.id)).toBeNull();
  });

  it('selects with Enter, jumps with a dot, and leaves other keys alone', () => {
    expect(treeMove('Enter', rows, child.id)).toEqual({ type: 'select', id: child.id });
    expect(treeMove('.', rows, child.id)).toEqual({ type: 'slowest' });
    expect(treeMove('Tab', rows, child.id)).toBeNull();
  });
});

describe('rowSlice', () => {
  it('draws everything up to 200 rows', () => {
    expect(rowSlice(200, 5_000, 600)).toEqual({ first: 0, last: 200, above: 0, below: 0 });
  });

  it('draws the rows in view and keeps the height of the others', () => {
    const slice = rowSlice(1_000, 3_100, 620);
    expect(slice.first).toBeLessThanOrEqual(100);
    expect(slice.last).toBeGreaterThanOrEqual(120);
    expect(slice.last - slice.first).toBeLessThan(60);
    expect(slice.above + (slice.last - slice.first) * 31 + slice.below).toBe(31_000);
  });

  it('survives a list that became shorter than the scroll offset', () => {
    const slice = rowSlice(300, 99_999, 600);
    expect(slice.last).toBe(300);
    expect(slice.below).toBe(0);
  });
});

describe('inputPreview', () => {
  it('shows the last question on one line', () => {
    const input = {
      messages: [
        { role: 'user', content: 'Old' },
        { role: 'assistant', content: 'x' },
        { role: 'user', content: 'New\n  one' },
      ],
    };
    expect(inputPreview(input)).toBe('New one');
    expect(
      inputPreview({ messages: [{ role: 'user', content: [{ type: 'text', text: 'Parts' }] }] }),
    ).toBe('Parts');
  });

  it('falls back to the input itself and cuts what is long', () => {
    expect(inputPreview('plain')).toBe('plain');
    expect(inputPreview({ rows: 3 })).toBe('{"rows":3}');
    expect(inputPreview('x'.repeat(400))).toHaveLength(140);
    expect(inputPreview(null)).toBe('');
  });
});

describe('replayVerdict', () => {
  it('reads an identical replay and a different one', () => {
    expect(replayVerdict({ replay: { identical: true, first_difference: null } })).toEqual({
      identical: true,
      difference: null,
    });
    const difference = { index: 4, expected: { a: 1 }, actual: { a: 2 } };
    expect(replayVerdict({ replay: { identical: false, first_difference: difference } })).toEqual({
      identical: false,
      difference,
    });
  });

  it('is null for any other output', () => {
    expect(replayVerdict({ text: 'hello' })).toBeNull();
    expect(replayVerdict(null)).toBeNull();
  });
});

it('finds the step whose outcome nobody knows', () => {
  const lost = aStep(2, 0, 1, { status: 'unknown' });
  expect(unknownStep([aStep(1, 0, 1), lost])).toBe(lost);
  expect(unknownStep([aStep(1, 0, 1)])).toBeNull();
});

describe('the filters in the address', () => {
  it('keeps known values only', () => {
    expect(parseRunSearch({ q: 'tax', status: 'failed', kind: 'agent', trigger: 'api' })).toEqual({
      q: 'tax',
      status: 'failed',
      kind: 'agent',
      trigger: 'api',
    });
    expect(parseRunSearch({ q: ' ', status: 'exploded', kind: 3 })).toEqual({});
    expect(hasFilters({})).toBe(false);
    expect(hasFilters({ status: 'failed' })).toBe(true);
  });

  it('knows which new run belongs in the list', () => {
    const run = aRun({ status: 'running' });
    expect(belongsTo(run, {})).toBe(true);
    expect(belongsTo(run, { status: 'failed' })).toBe(false);
    expect(belongsTo(run, { trigger: 'chat', kind: 'agent' })).toBe(true);
    expect(belongsTo(run, { q: 'anything' })).toBeNull();
    expect(belongsTo(run, { until: run.created_at })).toBe(false);
    expect(belongsTo(run, { since: run.created_at })).toBe(true);
    expect(belongsTo(run, { since: '2999-01-01T00:00:00Z' })).toBe(false);
  });
});
