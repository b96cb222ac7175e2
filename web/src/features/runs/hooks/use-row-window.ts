import { type RefObject, useEffect, useState } from 'react';
import { type RowSlice, rowSlice, WINDOW_FROM } from '../model/row-window';

const TALL_SCREEN = 1_200;

/** Which rows of a long list to draw inside the scrolling element of `ref`. */
export function useRowWindow(ref: RefObject<HTMLElement | null>, count: number): RowSlice {
  const [view, setView] = useState({ top: 0, height: TALL_SCREEN });
  const isLong = count > WINDOW_FROM;
  useEffect(() => {
    const element = ref.current;
    if (!element || !isLong) return;
    const measure = () =>
      setView({ top: element.scrollTop, height: element.clientHeight || TALL_SCREEN });
    measure();
    element.addEventListener('scroll', measure, { passive: true });
    window.addEventListener('resize', measure);
    return () => {
      element.removeEventListener('scroll', measure);
      window.removeEventListener('resize', measure);
    };
  }, [ref, isLong]);
  return rowSlice(count, view.top, view.height);
}
