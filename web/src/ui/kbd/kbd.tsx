import { cx } from '../cx';

/** Keys as written in the shortcut table: `keys="g a"` draws two caps. */
export function Kbd({ keys, className }: { keys: string; className?: string }) {
  return (
    <span className={cx('inline-flex gap-1', className)}>
      {keys.split(' ').map((key) => (
        <kbd
          key={key}
          className="inline-block min-w-[18px] rounded-xs px-1 text-center font-sans text-2xs font-medium text-fg-3 ring-1 ring-inset ring-line-strong bg-sunken"
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
