import type { ReactNode } from 'react';
import type { Run } from '@/api';
import { formatCost, formatLatency, formatTokens, Time } from '@/ui';
import { messages } from '../messages';
import { runDuration } from '../model/run-facts';
import { usageText } from './usage-text';

const words = messages.facts;

/** The figures of a run in one line, divided by hairlines. */
export function RunFacts({ run, stepCount, now }: { run: Run; stepCount: number; now: number }) {
  const duration = runDuration(run, now);
  return (
    <dl
      aria-label={words.label}
      className="flex flex-none overflow-hidden border-y border-line px-3 max-md:grid max-md:grid-cols-2 max-md:px-0"
    >
      <Fact name={words.started}>
        {run.started_at ? <Time at={run.started_at} /> : words.notStarted}
      </Fact>
      <Fact name={words.duration}>{duration === null ? '–' : formatLatency(duration)}</Fact>
      <Fact name={words.cost}>{formatCost(run.cost_usd_micros)}</Fact>
      <Fact name={words.tokens}>{usageText(run.usage) ?? formatTokens(0)}</Fact>
      <Fact name={words.steps}>{stepCount}</Fact>
      <Fact name={words.trigger}>{messages.triggers[run.trigger] ?? run.trigger}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="border-l border-line px-5 py-2.5 whitespace-nowrap first:border-0 max-md:border-t max-md:border-l-0 max-md:px-4 max-md:py-1.5 max-md:odd:border-r max-md:nth-[-n+2]:border-t-0">
      <dt className="meta text-fg-3">{name}</dt>
      <dd className="text-base leading-5 font-strong">{children}</dd>
    </div>
  );
}
