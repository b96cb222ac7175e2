import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Overview } from '@/api';
import type { RunSearch } from '@/features/runs';
import { useProject } from '@/features/session';
import { formatCost, formatLatency, formatTokens, Skeleton } from '@/ui';
import { midnight } from '../api';
import { messages } from '../messages';
import { growth, percent, rateOf, ratePoints, type Span, signed, totalOf } from '../model/figures';

/** Fetched once the figures stand. */
const Sparkline = lazy(() => import('./sparkline'));

const words = messages.ledger;
type Figure = {
  label: string;
  value: string;
  change: string | null;
  search: RunSearch;
  values: (number | null)[];
};

type LedgerProps = { overview: Overview | undefined; span: Span; stale: boolean };

/** Four figures, each the way to the runs behind it. */
export function Ledger({ overview, span, stale }: LedgerProps) {
  const project = useProject();
  const figures = overview ? figuresOf(overview, span) : null;
  return (
    <section
      aria-label={words.label[span]}
      aria-busy={stale}
      className="mb-7 border-y border-line transition-opacity aria-busy:opacity-60"
    >
      <ul className="grid grid-cols-4 max-md:grid-cols-2">
        {(figures ?? placesOf(span)).map((figure, index) => (
          <li
            key={figure.label}
            className={`border-line first:[&>a]:pl-0.5 last:[&>a]:pr-0.5 max-md:[&:nth-child(3)>a]:pl-0.5 max-md:[&:nth-child(n+3)]:border-t ${index > 0 ? 'border-l max-md:[&:nth-child(3)]:border-l-0' : ''}`}
          >
            <Link
              to="/p/$project/runs"
              params={{ project: project.id }}
              search={figure.search}
              className="flex h-full items-end gap-3 px-5 py-3.5 -outline-offset-2 hover:bg-hover max-md:px-3.5"
            >
              <span className="min-w-0 flex-1">
                <span className="block text-fg-2">{figure.label}</span>
                {figures ? (
                  <span className="flex items-baseline gap-1.5">
                    <span className="text-xl font-medium">{figure.value}</span>
                    {figure.change && (
                      <span className="text-fg-3">
                        {figure.change}
                        <span className="sr-only"> {words.than[span]}</span>
                      </span>
                    )}
                  </span>
                ) : (
                  <Skeleton className="mt-1.5 h-6 w-20" />
                )}
              </span>
              <span className="mb-1 h-[26px] flex-none max-xl:hidden">
                <Suspense fallback={null}>
                  <Sparkline values={figure.values} />
                </Suspense>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

const placesOf = (span: Span): Figure[] =>
  [words.runs[span], words.success, words.latency, words.spend[span]].map((label) => ({
    label,
    value: '',
    change: null,
    search: {},
    values: [],
  }));

function figuresOf(overview: Overview, span: Span): Figure[] {
  const { current: now, previous: before, pieces } = overview;
  const whole = { since: pieces[0]?.at };
  const slower =
    now.latency_p95_ms !== null && before.latency_p95_ms !== null
      ? signed(now.latency_p95_ms - before.latency_p95_ms, formatLatency)
      : null;
  return [
    {
      label: words.runs[span],
      value: formatTokens(now.runs),
      change: growth(overview),
      search: whole,
      values: pieces.map(totalOf),
    },
    {
      label: words.success,
      value: now.success_rate === null ? '–' : percent(now.success_rate),
      change: ratePoints(overview),
      search: (now.success_rate ?? 1) === 1 ? whole : { ...whole, status: 'failed' },
      values: pieces.map(rateOf),
    },
    {
      label: words.latency,
      value: now.latency_p95_ms === null ? '–' : formatLatency(now.latency_p95_ms),
      change: slower,
      search: { ...whole, status: 'succeeded' },
      values: pieces.map((piece) => piece.latency_p95_ms),
    },
    {
      label: words.spend[span],
      value: formatCost(span === '24h' ? overview.spent_today_usd_micros : now.spent_usd_micros),
      change: null,
      search: span === '24h' ? { since: midnight() } : whole,
      values: pieces.map((piece) => piece.spent_usd_micros),
    },
  ];
}
