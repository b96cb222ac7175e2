import { describe, expect, it } from 'vitest';
import { answer, conversation, run, step, userMessage } from '../testing/builders';
import { nextSentences } from './announcement';
import { newClientId } from './client-id';
import { foldText } from './fold';
import { groupThreads } from './groups';
import { titleOf, withNewest, withOlder } from './thread';
import { stepToDecide, toTraceRows, traceTotals, withStep } from './trace';

describe('groupThreads', () => {
  it('groups by the local day of the last activity and leaves out empty groups', () => {
    const now = new Date(2026, 0, 15, 9);
    const at = (day: number, id: string) =>
      conversation({ id, updated_at: new Date(2026, 0, day, 1).toISOString() });
    const groups = groupThreads([at(15, 'a'), at(8, 'b'), at(7, 'c')], now);
    expect(groups.map(({ name, threads }) => [name, threads[0]?.id])).toEqual([
      ['today', 'a'],
      ['week', 'b'],
      ['older', 'c'],
    ]);
    expect(groupThreads([at(15, 'a')], now)).toHaveLength(1);
  });
});

describe('foldText', () => {
  it('leaves a short text whole and cuts a long one', () => {
    expect(foldText('short')).toBeNull();
    expect(foldText('x'.repeat(200_000))).toEqual({ shown: 'x'.repeat(1600), total: 200_000 });
    expect(foldText('a\n'.repeat(100))?.shown.split('\n')).toHaveLength(24);
  });
});

describe('nextSentences', () => {
  it('tells whole sentences, each once', () => {
    const text = 'It is 3.5. That is';
    const first = nextSentences(text, 0);
    expect(first).toEqual({ words: 'It is 3.5.', upTo: 10 });
    expect(nextSentences(text, 10)).toBeNull();
    expect(nextSentences(`${text} all.`, 10)).toEqual({ words: 'That is all.', upTo: 23 });
  });
});

describe('newClientId', () => {
  it('has the length of an id and does not repeat', () => {
    const ids = new Set(Array.from({ length: 50 }, newClientId));
    expect(ids.size).toBe(50);
    expect([...ids].every((id) => id.length === 36)).toBe(true);
  });
});

describe('thread', () => {
  const page = (data: ReturnType<typeof userMessage>[], next_cursor: string | null) => ({
    data,
    pagination: { next_cursor, has_more: next_cursor !== null, total: 9 },
  });
  const [u1, m1, u2] = [
    userMessage('u1', 'a'),
    answer('m1', 'u1', []),
    userMessage('u2', 'b', 'm1'),
  ];

  it('keeps loaded older messages when the newest page is read again', () => {
    const first = withNewest(undefined, page([u2], 'older'));
    const both = withOlder(first, page([u1, m1], null));
    expect(withNewest(both, page([u2], 'older'))).toEqual(both);
  });

  it('lets them go when the branch no longer holds the page', () => {
    const both = { messages: [u1, m1, u2], olderCursor: null };
    const other = userMessage('u9', 'other');
    expect(withNewest(both, page([other], null)).messages).toEqual([other]);
  });
});

describe('titleOf', () => {
  it('is the first line, cut at a word', () => {
    expect(titleOf(' What is 2 + 2?\nSay it in words.')).toBe('What is 2 + 2?');
    expect(titleOf('word '.repeat(20))).toBe(`${'word '.repeat(11)}word…`);
    expect(titleOf('x'.repeat(99))).toBe(`${'x'.repeat(60)}…`);
  });
});

describe('trace', () => {
  it('shows the newest attempt of each step, below its parent, in order', () => {
    const rows = toTraceRows([
      step('t', 'r', { key: 'turn:1/tool:0', parent_key: 'turn:1', ordinal: 3 }),
      step('a1', 'r', { key: 'turn:1', ordinal: 1, status: 'failed' }),
      step('a2', 'r', { key: 'turn:1', ordinal: 2, attempt: 2 }),
    ]);
    expect(rows.map(({ step, depth }) => [step.id, depth])).toEqual([
      ['a2', 0],
      ['t', 1],
    ]);
  });

  it('does not let a late event reopen what has ended', () => {
    const ended = step('s', 'r');
    expect(withStep([ended], { ...ended, status: 'started' })).toEqual([ended]);
    const begun = { ...ended, status: 'started' as const };
    expect(withStep([begun], ended)).toEqual([ended]);
  });

  it('counts a run under way up to now and by what its steps have told', () => {
    const active = run('r', { status: 'running', ended_at: null });
    const steps = [step('s', 'r', { cost_usd_micros: 40 })];
    const now = Date.parse('2026-01-15T09:00:05Z');
    expect(traceTotals(active, steps, now)).toEqual({
      durationMs: 5000,
      costUsdMicros: 40,
      tokens: 32,
    });
    expect(traceTotals(run('r'), steps, now).durationMs).toBe(2000);
  });

  it('asks a person only about an unknown step of a waiting run', () => {
    const steps = [step('s', 'r'), step('x', 'r', { status: 'unknown', ordinal: 2 })];
    expect(stepToDecide(run('r', { status: 'waiting' }), steps)?.id).toBe('x');
    expect(stepToDecide(run('r', { status: 'running' }), steps)).toBeNull();
  });
});
