import type { DiffLine } from '@/shared/line-diff';
import { cx, VisuallyHidden } from '@/ui';

const LOOK = {
  same: { sign: ' ', row: '' },
  removed: { sign: '−', row: 'bg-[var(--o-diff-del)]' },
  added: { sign: '+', row: 'bg-[var(--o-diff-add)]' },
} as const;

export interface DiffViewProps {
  lines: readonly DiffLine[];
  label: string;
  /** What the removed and the added lines are, for a reader. */
  before: string;
  after: string;
}

/** Two texts as one, line by line. */
export function DiffView({ lines, label, before, after }: DiffViewProps) {
  const side = { same: '', removed: before, added: after };
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      className="scroll-thin max-h-80 rounded-md bg-sunken py-2 font-mono text-xs leading-[19px] ring-1 ring-inset ring-line"
    >
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its place
        <Line key={index} line={line} side={side[line.kind]} />
      ))}
    </section>
  );
}

function Line({ line, side }: { line: DiffLine; side: string }) {
  const look = LOOK[line.kind];
  return (
    <div className={cx('flex gap-2 px-3 break-words whitespace-pre-wrap', look.row)}>
      <span aria-hidden="true" className="flex-none text-fg-3 select-none">
        {look.sign}
      </span>
      {side && <VisuallyHidden>{side}: </VisuallyHidden>}
      <span className="min-w-0">{line.text}</span>
    </div>
  );
}
