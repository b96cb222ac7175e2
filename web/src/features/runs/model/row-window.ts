export const ROW_HEIGHT = 31;

/** A row that is touched. */
export const TOUCH_ROW_HEIGHT = 44;

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
export function rowSlice(
  count: number,
  scrollTop: number,
  viewHeight: number,
  rowHeight = ROW_HEIGHT,
): RowSlice {
  if (count <= WINDOW_FROM) return { first: 0, last: count, above: 0, below: 0 };
  const first = Math.max(
    0,
    Math.min(count, Math.floor(Math.max(0, scrollTop) / rowHeight)) - OVERSCAN,
  );
  const last = Math.min(count, Math.ceil((scrollTop + viewHeight) / rowHeight) + OVERSCAN);
  return { first, last, above: first * rowHeight, below: (count - last) * rowHeight };
}
