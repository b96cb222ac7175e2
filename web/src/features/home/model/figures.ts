import type { HourOfRuns, Overview } from '@/api';

/** A change as people read it: signed, with a real minus. */
export function signed(value: number, text: (size: number) => string): string | null {
  const shown = text(Math.abs(value));
  if (value === 0) return null;
  return `${value > 0 ? '+' : '−'}${shown}`;
}

/** By how much there are more runs than the day before, in per cent; null where there is nothing to compare. */
export function growth({ last_24h, previous_24h }: Overview): string | null {
  if (previous_24h.runs === 0) return null;
  const change = Math.round((last_24h.runs / previous_24h.runs - 1) * 100);
  return signed(change, (size) => `${size}%`);
}

export function ratePoints({ last_24h, previous_24h }: Overview): string | null {
  if (last_24h.success_rate === null || previous_24h.success_rate === null) return null;
  const points = Math.round((last_24h.success_rate - previous_24h.success_rate) * 1000) / 10;
  return signed(points, (size) => `${size.toFixed(1)} pt`);
}

export function percent(rate: number): string {
  return `${(Math.floor(rate * 1000) / 10).toFixed(rate === 1 ? 0 : 1)}%`;
}

export const SERIES = ['succeeded', 'failed', 'waiting', 'other'] as const;
export type Series = (typeof SERIES)[number];

export function totalOf(hour: HourOfRuns): number {
  return SERIES.reduce((sum, name) => sum + hour[name], 0);
}

/** The top of the axis: the next of 1, 2, 4, 5 or 10 times a power of ten that four lines divide well. */
export function axisTop(most: number): number {
  if (most <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 8, 10].map((step) => step * power).find((top) => top >= most) ?? most;
}
