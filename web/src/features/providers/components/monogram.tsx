import { cx } from '@/ui';

/** Two letters stand for a vendor; no logos. */
export function Monogram({ label, small }: { label: string; small?: boolean }) {
  const letters = label.replace(/[^\p{L}\p{N}]/gu, '').slice(0, 2);
  return (
    <span
      aria-hidden="true"
      className={cx(
        'grid flex-none place-items-center bg-raised font-semibold tracking-[-0.02em] text-fg ring-1 ring-inset ring-line-strong',
        small ? 'size-7 rounded-[7px] text-xs' : 'size-9 rounded-[9px] text-base',
      )}
    >
      {letters.charAt(0).toUpperCase() + letters.slice(1)}
    </span>
  );
}
