import type { ReactNode } from 'react';
import type { Run, RunStep } from '@/api';
import { Cost, Latency, Tokens } from '@/ui';
import { messages } from '../../messages';
import { traceTotals } from '../../model/trace';

type TraceTotalsStripProps = { run: Run; steps: RunStep[]; now: number };

export function TraceTotalsStrip({ run, steps, now }: TraceTotalsStripProps) {
  const totals = traceTotals(run, steps, now);
  return (
    <dl className="grid flex-none grid-cols-3 border-b border-line [&>div+div]:border-l [&>div+div]:border-line">
      <Figure label={messages.time}>
        <Latency ms={totals.durationMs} />
      </Figure>
      <Figure label={messages.cost}>
        <Cost usdMicros={totals.costUsdMicros} />
      </Figure>
      <Figure label={messages.tokens}>
        <Tokens count={totals.tokens} />
      </Figure>
    </dl>
  );
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="px-4 py-2.5">
      <dt className="meta text-fg-3">{label}</dt>
      <dd className="text-[15px] leading-[22px] font-strong tracking-[-0.01em]">{children}</dd>
    </div>
  );
}
