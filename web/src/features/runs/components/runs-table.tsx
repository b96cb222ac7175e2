import type { LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Run } from '@/api';
import {
  type Column,
  DataTable,
  formatCost,
  formatLatency,
  formatTokens,
  StatusBadge,
  Time,
} from '@/ui';
import { useRunLink } from '../hooks/use-run-link';
import { messages } from '../messages';
import { inputPreview, runDuration } from '../model/run-facts';
import type { RunSearch } from '../model/run-search';

const words = messages.columns;

export interface RunsTableProps {
  runs: readonly Run[];
  search: RunSearch;
  now: number;
  /** Beside something else: without the columns of least worth. */
  brief?: boolean;
  loading: boolean;
  stale: boolean;
  total: number | undefined;
  hasMore: boolean;
  loadingMore: boolean;
  onLoadMore: () => void;
  empty: ReactNode;
}

/** Runs as rows; below 721px as two lines each. */
export function RunsTable({ runs, search, now, brief = false, ...rest }: RunsTableProps) {
  const runLink = useRunLink();
  return (
    <DataTable
      label={messages.title}
      columns={columnsAt(now).filter((column) => !(brief && column.lowValue))}
      rows={runs}
      rowId={(run) => run.id}
      rowLink={(run): LinkProps => runLink(run.id, search)}
      narrow={(run) => ({
        trailing: <StatusBadge status={run.status} appearance="plain" />,
        meta: <NarrowFacts run={run} now={now} />,
      })}
      {...rest}
    />
  );
}

function NarrowFacts({ run, now }: { run: Run; now: number }) {
  return (
    <>
      <span className="truncate">{run.target_name ?? messages.removedTarget}</span>
      <span className="ml-auto flex flex-none gap-2">
        <span>{durationText(run, now)}</span>
        <Time at={run.created_at} />
      </span>
    </>
  );
}

function columnsAt(now: number): Column<Run>[] {
  return [
    {
      id: 'status',
      header: words.status,
      width: 'w-[104px]',
      cell: (run) => <StatusBadge status={run.status} appearance="plain" />,
    },
    {
      id: 'target',
      header: words.target,
      width: 'w-[18%]',
      cell: (run) => (
        <span className="font-medium text-fg">{run.target_name ?? messages.removedTarget}</span>
      ),
    },
    {
      id: 'input',
      header: words.input,
      primary: true,
      cell: (run) => (
        <span className="font-normal text-fg-2">
          {inputPreview(run.input) || messages.untitled}
        </span>
      ),
    },
    {
      id: 'trigger',
      header: words.trigger,
      width: 'w-[104px]',
      lowValue: true,
      cell: (run) => messages.triggers[run.trigger] ?? run.trigger,
    },
    {
      id: 'time',
      header: words.time,
      width: 'w-[84px]',
      align: 'end',
      cell: (run) => durationText(run, now),
    },
    {
      id: 'tokens',
      header: words.tokens,
      width: 'w-[84px]',
      align: 'end',
      lowValue: true,
      cell: (run) => formatTokens(run.usage.input_tokens + run.usage.output_tokens),
    },
    {
      id: 'cost',
      header: words.cost,
      width: 'w-[84px]',
      align: 'end',
      cell: (run) => formatCost(run.cost_usd_micros),
    },
    {
      id: 'started',
      header: words.started,
      width: 'w-[108px]',
      align: 'end',
      cell: (run) => <Time at={run.created_at} />,
    },
  ];
}

function durationText(run: Run, now: number): string {
  const duration = runDuration(run, now);
  return duration === null ? '–' : formatLatency(duration);
}
