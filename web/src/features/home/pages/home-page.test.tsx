import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import type { Overview, Run } from '@/api';
import { fakeRealtime } from '@/testing/realtime';
import { renderAt } from '@/testing/render';
import { apiUrl, page, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { midnight } from '../api';
import { HomePage } from './home-page';

const OVERVIEW: Overview = {
  current: {
    runs: 108,
    success_rate: 0.974,
    latency_p95_ms: 6_800,
    spent_usd_micros: 120_000_000,
  },
  previous: { runs: 100, success_rate: 0.97, latency_p95_ms: 7_900, spent_usd_micros: 0 },
  spent_today_usd_micros: 18_420_000,
  pieces: Array.from({ length: 24 }, (_, hour) => ({
    at: `2026-01-05T${String(hour).padStart(2, '0')}:00:00Z`,
    succeeded: hour,
    failed: hour === 23 ? 2 : 0,
    waiting: 0,
    other: 0,
    latency_p95_ms: hour === 0 ? null : 900 + hour,
    spent_usd_micros: 0,
  })),
  changes: [
    {
      action: 'agent.created',
      entity_type: 'agent',
      entity_id: 'a',
      name: 'Travel desk',
      by: 'Mo',
      at: '2026-01-05T09:00:00Z',
    },
  ],
};

const RUN = {
  id: '01930000-0000-7000-8000-0000000000aa',
  kind: 'agent',
  target_name: 'Travel desk',
  project_id: PROJECT_ID,
  status: 'waiting',
  trigger: 'chat',
  input: { messages: [{ role: 'user', content: 'Send the offer' }] },
  usage: { input_tokens: 1, output_tokens: 1 },
  cost_usd_micros: 0,
  created_at: '2026-01-05T09:00:00Z',
  started_at: '2026-01-05T09:00:00Z',
  ended_at: null,
  error: null,
  step_count: 1,
} as unknown as Run;

let spans: (string | null)[] = [];

async function open(
  runs: Run[],
  role: 'viewer' | 'admin' = 'admin',
  overview: Overview | null = OVERVIEW,
) {
  spans = [];
  server.use(
    ...signedIn(role),
    http.get(apiUrl('/overview'), ({ request }) => {
      spans.push(new URL(request.url).searchParams.get('span'));
      return overview
        ? HttpResponse.json(overview)
        : HttpResponse.json({ title: 'No' }, { status: 500 });
    }),
    http.get(apiUrl('/providers'), () => HttpResponse.json(page([]))),
    http.get(apiUrl('/runs'), ({ request }) => {
      const status = new URL(request.url).searchParams.get('status');
      return HttpResponse.json(page(runs.filter((run) => !status || run.status === status)));
    }),
  );
  return renderAt(fakeRealtime().wrap(<HomePage />), {
    path: '/p/$project',
    at: `/p/${PROJECT_ID}`,
  });
}

describe('home', () => {
  it('shows the figures of the day with their change, each the way to its runs', async () => {
    await open([RUN]);
    const ledger = await screen.findByRole('region', { name: 'The last 24 hours' });
    expect(await within(ledger).findByText('97.4%')).toBeVisible();
    expect(ledger).toHaveTextContent('108+8%');
    expect(ledger).toHaveTextContent('$18.42');
    const links = within(ledger).getAllByRole('link');
    const filters = links.map(
      (link) => new URL(link.getAttribute('href') ?? '', 'http://x').search,
    );
    const since = encodeURIComponent('2026-01-05T00:00:00Z');
    expect(filters.slice(0, 3)).toEqual([
      `?since=${since}`,
      `?since=${since}&status=failed`,
      `?since=${since}&status=succeeded`,
    ]);
    expect(decodeURIComponent(filters[3] ?? '')).toBe(`?since=${midnight()}`);
  });

  it('says in a sentence what the chart shows, and as a table', async () => {
    await open([RUN]);
    expect(
      await screen.findByRole('img', { name: /^Runs per hour .* 278 in all, 2 failed/ }),
    ).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'View as table' }));
    expect(screen.getByRole('columnheader', { name: 'p95' })).toBeVisible();
    expect(screen.getAllByRole('row').length).toBeGreaterThanOrEqual(25);
  });

  it('tells one bar after the other to the arrow keys', async () => {
    await open([RUN]);
    const reader = await screen.findByRole('slider', { name: /^Runs per hour, one at a time/ });
    reader.focus();
    expect(reader).toHaveAttribute('aria-valuetext', expect.stringContaining('23 done, 2 failed'));
    await userEvent.keyboard('{ArrowLeft}');
    expect(reader).toHaveAttribute('aria-valuetext', expect.stringContaining('22 done'));
    await userEvent.keyboard('{Home}');
    expect(reader).toHaveAttribute('aria-valuetext', expect.stringContaining('no runs'));
  });

  it('opens the runs of a bar, and nothing where there are none', async () => {
    const { router } = await open([RUN]);
    (await screen.findByRole('slider')).focus();
    await userEvent.keyboard('{Home}{Enter}');
    expect(router.state.location.pathname).toBe(`/p/${PROJECT_ID}`);
    await userEvent.keyboard('{ArrowRight}{Enter}');
    expect(router.state.location.pathname).toBe(`/p/${PROJECT_ID}/runs`);
    expect(router.state.location.search).toEqual({
      since: '2026-01-05T01:00:00Z',
      until: '2026-01-05T02:00:00Z',
    });
  });

  it('leads from each number of the table to its runs', async () => {
    await open([RUN]);
    await userEvent.click(await screen.findByRole('button', { name: 'View as table' }));
    const last = await screen.findAllByRole('link', { name: /^Failed, .*: 2, open the runs$/ });
    expect(last.map((link) => decodeURIComponent(link.getAttribute('href') ?? ''))).toEqual([
      `/p/${PROJECT_ID}/runs?since=2026-01-05T23:00:00Z&status=failed`,
    ]);
    expect(screen.getAllByRole('link', { name: /^All, .*: \d+, open the runs$/ })).toHaveLength(23);
  });

  it('goes a week back, by the address', async () => {
    const { router } = await open([RUN]);
    await userEvent.click(await screen.findByRole('radio', { name: '7 d' }));
    expect(await screen.findByRole('region', { name: 'The last 7 days' })).toBeVisible();
    expect(router.state.location.search).toEqual({ span: '7d' });
    expect(spans).toContain('7d');
    expect(screen.getByText('$120.00')).toBeVisible();
  });

  it('leads to what waits for a person', async () => {
    await open([RUN]);
    const link = await screen.findByRole('link', { name: 'Review: Send the offer' });
    expect(link).toHaveAttribute('href', expect.stringContaining(RUN.id));
  });

  it('leads to the playground while there is no run', async () => {
    await open([]);
    expect(await screen.findByRole('heading', { name: 'No runs yet' })).toBeVisible();
    expect(screen.queryByRole('region', { name: 'The last 24 hours' })).toBeNull();
  });

  it('offers a viewer nothing to make', async () => {
    await open([RUN], 'viewer');
    await screen.findByRole('link', { name: 'Open playground' });
    expect(screen.queryByRole('link', { name: 'New agent' })).toBeNull();
  });

  it('says when the figures could not be had, and shows the rest', async () => {
    await open([RUN], 'admin', null);
    expect(await screen.findByRole('alert')).toHaveTextContent('The figures could not be loaded');
    expect(screen.getByRole('heading', { name: 'Recent runs' })).toBeVisible();
  });
});
