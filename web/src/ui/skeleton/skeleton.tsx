import { cx } from '../cx';

/** Mirrors the final layout; shows after 150 ms. Give it width and height by class. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx('o-skeleton block h-3', className)} />;
}
