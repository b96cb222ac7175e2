import { Link } from '@tanstack/react-router';
import type { Overview } from '@/api';
import { useProject } from '@/features/session';
import { formatCost, formatLatency, formatTokens, Skeleton } from '@/ui';
import { messages } from '../messages';
import { growth, percent, ratePoints, signed } from '../model/figures';

const words = messages.ledger;
type Figure = {
  label: string;
  value: string;
  change: string | null;
  search: { status?: 'succeeded' | 'failed' };
};

/** Four figures, each the way to the runs behind it. */
export function Ledger({ overview }: { overview: Overview | undefined }) {
  const project = useProject();
  const figures = overview ? figuresOf(overview) : null;
  return (
    <section aria-label={words.label} className="mb-7 border-y border-line">
      <ul className="grid grid-cols-4 max-md:grid-cols-2">
        {(figures ?? PLACES).map((figure, index) => (
          <li
            key={figure.label}
            className={`border-line first:[&>a]:pl-0.5 max-md:[&:nth-child(n+3)]:border-t ${index > 0 ? 'border-l max-md:[&:nth-child(3)]:border-l-0' : ''}`}
          >
            <Link
              to="/p/$project/runs"
              params={{ project: project.id }}
              search={figure.search}
              className="block px-5 py-3.5 -outline-offset-2 hover:bg-hover max-md:px-3.5"
            >
              <span className="block text-fg-2">{figure.label}</span>
              {figures ? (
                <span className="flex items-baseline gap-1.5">
                  <span className="text-xl font-medium">{figure.value}</span>
                  {figure.change && (
                    <span className="text-fg-3">
                      {figure.change}
                      <span className="sr-only"> {words.than}</span>
                    </span>
                  )}
                </span>
              ) : (
                <Skeleton className="mt-1.5 h-6 w-20" />
              )}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

const PLACES: Figure[] = [words.runs, words.success, words.latency, words.spend].map((label) => ({
  label,
  value: '',
  change: null,
  search: {},
}));

function figuresOf(overview: Overview): Figure[] {
  const { last_24h: now, previous_24h: before } = overview;
  const slower =
    now.latency_p95_ms !== null && before.latency_p95_ms !== null
      ? signed(now.latency_p95_ms - before.latency_p95_ms, formatLatency)
      : null;
  return [
    { label: words.runs, value: formatTokens(now.runs), change: growth(overview), search: {} },
    {
      label: words.success,
      value: now.success_rate === null ? '–' : percent(now.success_rate),
      change: ratePoints(overview),
      search: now.success_rate === null || now.success_rate === 1 ? {} : { status: 'failed' },
    },
    {
      label: words.latency,
      value: now.latency_p95_ms === null ? '–' : formatLatency(now.latency_p95_ms),
      change: slower,
      search: { status: 'succeeded' },
    },
    {
      label: words.spend,
      value: formatCost(overview.spent_today_usd_micros),
      change: null,
      search: {},
    },
  ];
}
