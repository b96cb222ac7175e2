import { cx, formatLatency } from '@/ui';
import { messages } from '../../messages';
import type { StepNode } from '../../model/step-tree';
import { type BarTone, toneTotals } from '../../model/waterfall';
import { TONE_FILL } from './looks';

const ORDER: readonly BarTone[] = [
  'model',
  'tool',
  'retrieval',
  'code',
  'other',
  'waiting',
  'error',
];

/** What the colours stand for and how much time each took. */
export function TraceLegend({ nodes, runEnd }: { nodes: readonly StepNode[]; runEnd: number }) {
  const totals = toneTotals(nodes, runEnd);
  return (
    <ul className="meta flex min-w-0 flex-wrap items-center gap-x-4 gap-y-1 text-fg-3">
      {ORDER.filter((tone) => totals.has(tone)).map((tone) => (
        <li key={tone} className="flex items-center gap-1.5 whitespace-nowrap">
          <span
            aria-hidden="true"
            className={cx('size-[9px] flex-none rounded-[2px]', TONE_FILL[tone])}
          />
          {messages.tones[tone]} {formatLatency(totals.get(tone) ?? 0)}
        </li>
      ))}
    </ul>
  );
}
