import { type RefObject, useEffect, useState } from 'react';
import { NARROW, useMediaQuery } from '@/ui';
import {
  ROW_HEIGHT,
  type RowSlice,
  rowSlice,
  TOUCH_ROW_HEIGHT,
  WINDOW_FROM,
} from '../model/row-window';

/** Which rows of a long list to draw: those of `ref`'s element that the screen can show, whatever scrolls it. */
export function useRowWindow(ref: RefObject<HTMLElement | null>, count: number): RowSlice {
  const rowHeight = useMediaQuery(NARROW) ? TOUCH_ROW_HEIGHT : ROW_HEIGHT;
  const [top, setTop] = useState(0);
  const isLong = count > WINDOW_FROM;
  useEffect(() => {
    if (!isLong) return;
    const measure = () => setTop(-(ref.current?.getBoundingClientRect().top ?? 0));
    measure();
    document.addEventListener('scroll', measure, { capture: true, passive: true });
    window.addEventListener('resize', measure);
    return () => {
      document.removeEventListener('scroll', measure, { capture: true });
      window.removeEventListener('resize', measure);
    };
  }, [ref, isLong]);
  return rowSlice(count, top, window.innerHeight, rowHeight);
}
