import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it } from 'vitest';
import type { Run } from '@/api';
import { fakeRealtime } from '@/testing/realtime';
import { renderAt } from '@/testing/render';
import { apiUrl, page, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { parseRunSearch } from '../model/run-search';
import { aRun } from '../testing';
import { RunsPage } from './runs-page';

let runs: Run[];
let queries: Record<string, string>[];

beforeEach(() => {
  server.use(...signedIn('viewer'));
  runs = [aRun({ id: 'run-1' }), aRun({ id: 'run-2', status: 'failed', trigger: 'api' })];
  queries = [];
  server.use(
    http.get(apiUrl('/runs'), ({ request }) => {
      const query = Object.fromEntries(new URL(request.url).searchParams);
      queries.push(query);
      return HttpResponse.json(
        page(runs.filter((run) => !query.status || run.status === query.status)),
      );
    }),
    http.get(apiUrl('/runs/:id'), ({ params }) =>
      HttpResponse.json(runs.find(({ id }) => id === params.id)),
    ),
  );
});

async function openList(search = '') {
  const line = fakeRealtime();
  const view = await renderAt(line.wrap(<RunsPage />), {
    path: '/p/$project/runs/',
    at: `/p/${PROJECT_ID}/runs/${search}`,
    parseSearch: (raw) => ({ ...parseRunSearch(raw) }),
  });
  return { ...view, line };
}

async function rows(): Promise<string[]> {
  const table = await screen.findByRole('table', { name: 'Runs' });
  await within(table).findAllByRole('link');
  return within(table)
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.textContent ?? '');
}

it('lists runs with status, agent, task, trigger, time, tokens and cost', async () => {
  await openList();
  const [first, second] = await rows();
  expect(first).toContain('DoneCalculatorWhat is 12.5% of 8640?Playground12.4 s8,122$0.0316');
  expect(second).toMatch(/^FailedCalculator.*API/);
  expect(screen.getAllByRole('link', { name: /12\.5%/ })[0]).toHaveAttribute(
    'href',
    `/p/${PROJECT_ID}/runs/run-1`,
  );
});

it('filters by the address and asks the server', async () => {
  const { router } = await openList('?status=failed');
  expect(await rows()).toHaveLength(1);
  expect(queries[0]).toMatchObject({ status: 'failed', limit: '50' });
  await userEvent.type(screen.getByRole('searchbox', { name: 'Find a run' }), 'tax');
  await waitFor(() => expect(router.state.location.search).toEqual({ status: 'failed', q: 'tax' }));
  await waitFor(() => expect(queries.at(-1)).toMatchObject({ status: 'failed', q: 'tax' }));
});

it('picks a status from the list', async () => {
  const { router } = await openList();
  await rows();
  await userEvent.click(screen.getByRole('combobox', { name: 'Status' }));
  await userEvent.click(await screen.findByRole('option', { name: 'Failed' }));
  await waitFor(() => expect(router.state.location.search).toEqual({ status: 'failed' }));
});

it('clears filters that nothing matches', async () => {
  runs = runs.filter((run) => run.status !== 'failed');
  await openList('?status=failed');
  expect(await screen.findByRole('heading', { name: 'No runs match these filters' })).toBeVisible();
  await userEvent.click(screen.getAllByRole('button', { name: 'Clear filters' })[0] as HTMLElement);
  expect(await rows()).toHaveLength(1);
});

it('says that nothing has run yet', async () => {
  runs = [];
  await openList();
  expect(await screen.findByRole('heading', { name: 'No runs yet' })).toBeVisible();
});

it('says what failed and tries again', async () => {
  server.use(http.get(apiUrl('/runs'), () => HttpResponse.error(), { once: true }));
  await openList();
  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent('Runs could not be loaded');
  await userEvent.click(within(alert).getByRole('button', { name: 'Retry' }));
  expect(await rows()).toHaveLength(2);
});

it('puts a new run on top and lets a known one change in place', async () => {
  const { line } = await openList();
  await rows();
  runs = [aRun({ id: 'run-3', status: 'running', ended_at: null }), ...runs];
  await line.emit({ channel: 'execution', topic: 'run-3', type: 'run_started', payload: {} });
  await waitFor(async () =>
    expect((await rows()).map((row) => row.slice(0, 7))).toEqual(['Running', 'DoneCal', 'FailedC']),
  );
  runs = runs.map((run) => (run.id === 'run-3' ? aRun({ id: 'run-3' }) : run));
  await line.emit({
    channel: 'execution',
    topic: 'run-3',
    type: 'execution_completed',
    payload: { status: 'succeeded' },
  });
  await waitFor(async () => expect((await rows())[0]).toMatch(/^Done/));
  expect(queries).toHaveLength(1);
});

it('takes a run out of a filtered list once it no longer belongs there', async () => {
  const { line } = await openList('?status=failed');
  expect(await rows()).toHaveLength(1);
  runs = runs.map((run) => (run.id === 'run-2' ? aRun({ id: 'run-2', status: 'running' }) : run));
  await line.emit({ channel: 'execution', topic: 'run-2', type: 'run_started', payload: {} });
  expect(await screen.findByRole('heading', { name: 'No runs match these filters' })).toBeVisible();
});

it('shows the runs of a span of time that a link asks for, and of a period', async () => {
  const span = '?since=2026-01-05T09:00:00.000Z&until=2026-01-05T10:00:00.000Z';
  const { router } = await openList(span);
  await rows();
  expect(queries[0]).toMatchObject({
    since: '2026-01-05T09:00:00.000Z',
    until: '2026-01-05T10:00:00.000Z',
  });
  const time = screen.getByRole('combobox', { name: 'Time' });
  expect(time).toHaveTextContent(/^\d Jan, \d\d:00 to \d\d:00$/);
  await userEvent.click(time);
  await userEvent.click(await screen.findByRole('option', { name: 'Last 7 days' }));
  await waitFor(() => expect(router.state.location.search).toEqual({ period: '7d' }));
  await waitFor(() => expect(queries.at(-1)).not.toHaveProperty('period'));
  const since = Date.parse(queries.at(-1)?.since ?? '');
  expect(Math.abs(Date.now() - 7 * 86_400_000 - since)).toBeLessThan(120_000);
  expect(queries.at(-1)).not.toHaveProperty('until');
});
