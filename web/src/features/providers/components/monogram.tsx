import { cx } from '@/ui';

/** Two letters stand for a vendor; no logos. */
export function Monogram({ label, small }: { label: string; small?: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={cx(
        'grid flex-none place-items-center bg-raised font-semibold tracking-[-0.02em] text-fg ring-1 ring-inset ring-line-strong',
        small ? 'size-7 rounded-[7px] text-xs' : 'size-9 rounded-[9px] text-base',
      )}
    >
      {monogramOf(label)}
    </span>
  );
}

/** The first letter and that of the next word or hump; the maker's name does not count: OpenAI Oa, Google Gemini Ge. */
export function monogramOf(label: string): string {
  const own = label.replace(/^Google (?=\p{L})/u, '').replace(/^(\p{L}+)-compatible$/u, 'API');
  const [first = '', ...rest] = own.replace(/[^\p{L}\p{N} ]/gu, '');
  const tail = rest.join('');
  const second = /(?:\s|(?<=\p{Ll}))(\p{Lu})/u.exec(tail)?.[1] ?? tail.trim().charAt(0);
  return first.toUpperCase() + second.toLowerCase();
}
