import type { Overview, PieceOfRuns } from '@/api';
import type { RunSearch } from '@/features/runs';
import { formatClock } from '@/ui';

export const SPANS = ['24h', '7d', '30d'] as const;
export type Span = (typeof SPANS)[number];

export interface HomeSearch {
  span?: Span;
}

/** The day is the rule and stands in no address. */
export function parseHomeSearch({ span }: Record<string, unknown>): HomeSearch {
  return span === '7d' || span === '30d' ? { span } : {};
}

/** A change as people read it: signed, with a real minus. */
export function signed(value: number, text: (size: number) => string): string | null {
  const shown = text(Math.abs(value));
  if (value === 0) return null;
  return `${value > 0 ? '+' : '−'}${shown}`;
}

/** By how much there are more runs than in the span before, in per cent; null where there is nothing to compare. */
export function growth({ current, previous }: Overview): string | null {
  if (previous.runs === 0) return null;
  const change = Math.round((current.runs / previous.runs - 1) * 100);
  return signed(change, (size) => `${size}%`);
}

export function ratePoints({ current, previous }: Overview): string | null {
  if (current.success_rate === null || previous.success_rate === null) return null;
  const points = Math.round((current.success_rate - previous.success_rate) * 1000) / 10;
  return signed(points, (size) => `${size.toFixed(1)} pt`);
}

export function percent(rate: number): string {
  return `${(Math.floor(rate * 1000) / 10).toFixed(rate === 1 ? 0 : 1)}%`;
}

export const SERIES = ['succeeded', 'failed', 'waiting', 'other'] as const;
export type Series = (typeof SERIES)[number];

export function totalOf(piece: PieceOfRuns): number {
  return SERIES.reduce((sum, name) => sum + piece[name], 0);
}

/** The top of the axis: the next of 1, 2, 4, 5 or 10 times a power of ten that four lines divide well. */
export function axisTop(most: number): number {
  if (most <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 8, 10].map((step) => step * power).find((top) => top >= most) ?? most;
}

/** The filters of the list of runs that show what a bar counts; the last piece has no end yet. */
export function runsOf(pieces: readonly PieceOfRuns[], index: number): RunSearch {
  const until = pieces[index + 1]?.at;
  return { since: pieces[index]?.at, ...(until && { until }) };
}

export function rateOf({ succeeded, failed }: PieceOfRuns): number | null {
  return succeeded + failed > 0 ? succeeded / (succeeded + failed) : null;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** How a piece of the span is called: its hour, its day, or both. */
export function nameOf(piece: PieceOfRuns, span: Span): string {
  const date = new Date(piece.at);
  const day = `${date.getDate()} ${MONTHS[date.getMonth()]}`;
  if (span === '24h') return formatClock(date);
  return span === '7d' ? `${day}, ${formatClock(date)}` : day;
}

/** Under the axis: every third hour, every day, every fifth day; without what would repeat. */
export function tickOf(piece: PieceOfRuns, index: number, span: Span): string | null {
  const every = { '24h': 3, '7d': 4, '30d': 5 }[span];
  if (index % every !== 0) return null;
  return span === '7d' ? nameOf(piece, '30d') : nameOf(piece, span);
}
