export const ROW_HEIGHT = 31;

/** Lists up to this long are simply drawn. */
export const WINDOW_FROM = 200;

const OVERSCAN = 12;

export interface RowSlice {
  first: number;
  /** Exclusive. */
  last: number;
  above: number;
  below: number;
}

/** Which of `count` rows of fixed height to draw for a scroll offset, and how much empty room stands for the others. */
export function rowSlice(count: number, scrollTop: number, viewHeight: number): RowSlice {
  if (count <= WINDOW_FROM) return { first: 0, last: count, above: 0, below: 0 };
  const first = Math.max(0, Math.min(count, Math.floor(scrollTop / ROW_HEIGHT)) - OVERSCAN);
  const last = Math.min(count, Math.ceil((scrollTop + viewHeight) / ROW_HEIGHT) + OVERSCAN);
  return { first, last, above: first * ROW_HEIGHT, below: (count - last) * ROW_HEIGHT };
}
