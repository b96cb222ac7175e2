import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import type { Run, RunStep } from '@/api';
import { type TopicEvent, useSubscription } from '@/realtime';
import { fetchRun, type RunPages, runKeys } from './api';
import { mergeSteps } from './model/journal';
import { isRecord } from './model/run-facts';
import { belongsTo } from './model/run-search';

/** Events after which the run's own row reads differently. */
const CHANGES_RUN = new Set(['run_started', 'waiting', 'execution_completed']);

/** Keeps one run and its journal as they are on the server while `enabled`. */
export function useLiveRun(runId: string, enabled: boolean): void {
  const client = useQueryClient();
  useSubscription({
    channel: 'execution',
    topic: runId,
    enabled,
    onEvent: (event) => applyToRun(client, runId, event),
    resync: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: runKeys.detail(runId) }),
        client.invalidateQueries({ queryKey: runKeys.steps(runId) }),
      ]),
  });
}

export function applyToRun(client: QueryClient, runId: string, event: TopicEvent): void {
  const step = stepOf(event);
  if (step) {
    client.setQueryData<RunStep[]>(runKeys.steps(runId), (known) =>
      mergeSteps(known ?? [], [step]),
    );
  }
  if (CHANGES_RUN.has(event.type)) {
    void client.invalidateQueries({ queryKey: runKeys.detail(runId) });
  }
}

function stepOf(event: TopicEvent): RunStep | null {
  const step = isRecord(event.payload) ? event.payload.step : null;
  return isRecord(step) && typeof step.id === 'string' ? (step as RunStep) : null;
}

/** Keeps every list of runs that is on the screen up to date: new runs appear on top, known ones change in place. */
export function useLiveRuns(): void {
  const client = useQueryClient();
  useSubscription({
    channel: 'execution',
    onEvent: (event) => {
      if (CHANGES_RUN.has(event.type)) void refreshRow(client, event.topic);
    },
    resync: () => client.invalidateQueries({ queryKey: runKeys.lists }),
  });
}

async function refreshRow(client: QueryClient, runId: string): Promise<void> {
  try {
    putInLists(client, await fetchRun(runId));
  } catch {
    // The row stays as it was; the next event or a reload brings it up to date.
  }
}

/** Puts a run into every cached list where its filters let it in, and takes it out where they no longer do. */
export function putInLists(client: QueryClient, run: Run): void {
  for (const query of client.getQueryCache().findAll({ queryKey: runKeys.lists })) {
    const [, , projectId, search] = query.queryKey as ReturnType<typeof runKeys.list>;
    const belongs = run.project_id === projectId ? belongsTo(run, search) : false;
    client.setQueryData<RunPages>(
      query.queryKey,
      (pages) => pages && placeRun(pages, run, belongs),
    );
  }
}

function placeRun(pages: RunPages, run: Run, belongs: boolean | null): RunPages {
  const isShown = pages.pages.some((page) => page.data.some((row) => row.id === run.id));
  if (isShown)
    return changeRows(pages, (rows) => rows.flatMap((row) => replaced(row, run, belongs)));
  if (belongs !== true) return pages;
  const [first, ...rest] = pages.pages;
  if (!first) return pages;
  const pagination = { ...first.pagination, total: first.pagination.total + 1 };
  return { ...pages, pages: [{ data: [run, ...first.data], pagination }, ...rest] };
}

function replaced(row: Run, run: Run, belongs: boolean | null): Run[] {
  if (row.id !== run.id) return [row];
  return belongs === false ? [] : [run];
}

function changeRows(pages: RunPages, change: (rows: Run[]) => Run[]): RunPages {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, data: change(page.data) })) };
}
