import { describe, expect, it } from 'vitest';
import { formatClock, formatCost, formatLatency, formatTime, formatTokens } from './format';

it.each([
  [0, '$0'],
  [14_200, '$0.0142'],
  [999_999, '$1.00'],
  [1_000_000, '$1.00'],
  [18_420_000, '$18.42'],
  [1_234_567_890, '$1,234.57'],
])('cost %d is %s', (micros, text) => {
  expect(formatCost(micros)).toBe(text);
});

it.each([
  [184.4, '184 ms'],
  [999, '999 ms'],
  [1_000, '1.0 s'],
  [6_240, '6.2 s'],
  [59_949, '59.9 s'],
  [59_950, '1m 00s'],
  [127_000, '2m 07s'],
  [3_840_000, '1h 04m'],
])('latency %d is %s', (ms, text) => {
  expect(formatLatency(ms)).toBe(text);
});

it.each([
  [3_104, '3,104'],
  [999_999, '999,999'],
  [61_400_000, '61.4 M'],
])('tokens %d is %s', (count, text) => {
  expect(formatTokens(count)).toBe(text);
});

describe('time', () => {
  const now = new Date(2026, 10, 23, 15, 0, 0);
  const at = (...parts: [number, number, number, number, number]) =>
    new Date(...parts).toISOString();

  it.each([
    ['just now', at(2026, 10, 23, 14, 59)],
    ['6 min ago', at(2026, 10, 23, 14, 54)],
    ['09:42', at(2026, 10, 23, 9, 42)],
    ['Yesterday', at(2026, 10, 22, 0, 0)],
    ['21 Nov', at(2026, 10, 21, 23, 59)],
    ['23:42', at(2026, 10, 23, 23, 42)],
    ['24 Nov', at(2026, 10, 24, 0, 30)],
    ['2 Feb 2027', at(2027, 1, 2, 12, 0)],
    ['21 Nov 2025', at(2025, 10, 21, 12, 0)],
  ])('says %s', (text, iso) => {
    const shifted = text === 'just now' ? new Date(new Date(iso).getTime() + 1).toISOString() : iso;
    expect(formatTime(shifted, now)).toBe(text);
  });

  it('has two digits on both sides', () => {
    expect(formatClock(new Date(2026, 0, 1, 7, 5))).toBe('07:05');
  });
});
