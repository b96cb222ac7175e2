import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import type { ReactNode } from 'react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Run, RunResume, RunStep } from '@/api';
import { fakeRealtime } from '@/testing/realtime';
import { renderAt } from '@/testing/render';
import { apiUrl, page, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { onWideScreen } from '@/testing/wide-screen';
import { PageSlotsContext } from '@/ui';
import { parseRunPageSearch } from '../model/run-search';
import { aRun, aStep } from '../testing';
import { RunPage } from './run-page';

const ID = aRun().id;

let run: Run;
let steps: RunStep[];
let others: Run[];

const model = aStep(1, 0, 1_200, {
  key: 'turn:1/model',
  name: 'demo-1',
  output: {
    message: { role: 'assistant', content: [{ type: 'text', text: 'I will work it out.' }] },
    finish_reason: 'tool_calls',
  },
});
const failed = aStep(2, 1_300, 1_900, {
  key: 'turn:1/tool:0',
  parent_key: 'turn:1/model',
  kind: 'tool',
  name: 'web_fetch',
  status: 'failed',
  error: {
    code: 'TOOL_ERROR',
    message: 'The server answered 503.',
    retryable: true,
    step_id: null,
  },
});
const again = aStep(2, 2_000, 3_000, {
  id: 'step-2b',
  key: 'turn:1/tool:0',
  parent_key: 'turn:1/model',
  kind: 'tool',
  name: 'web_fetch',
  attempt: 2,
  output: { title: 'Rates' },
});
const answer = aStep(3, 3_100, 9_000, { key: 'turn:2/model', name: 'demo-1' });

beforeEach(() => {
  onWideScreen();
  server.use(...signedIn('developer'));
  run = aRun();
  steps = [model, failed, again, answer];
  others = [aRun({ id: 'newer-run' }), run, aRun({ id: 'older-run' })];
  server.use(
    http.get(apiUrl('/runs'), () => HttpResponse.json(page(others))),
    http.get(apiUrl('/runs/:id'), ({ params }) =>
      HttpResponse.json(
        params.id === ID ? run : aRun({ id: String(params.id), status: 'queued', ended_at: null }),
      ),
    ),
    http.get(apiUrl('/runs/:id/steps'), ({ params }) =>
      HttpResponse.json(page(params.id === ID ? steps : [])),
    ),
    http.get(apiUrl('/runs/:id/definition'), () =>
      HttpResponse.json({ name: 'Calculator', instructions: 'Be exact.', max_steps: 8 }),
    ),
  );
});

async function openRun(search = '', draw = (page: ReactNode) => page) {
  const line = fakeRealtime();
  const view = await renderAt(draw(line.wrap(<RunPage />)), {
    path: '/p/$project/runs/$run',
    at: `/p/${PROJECT_ID}/runs/${ID}${search}`,
    parseSearch: (raw) => ({ ...parseRunPageSearch(raw) }),
  });
  await screen.findByRole('tree', {}, { timeout: 5_000 });
  return { ...view, line };
}

function rowNames(): string[] {
  return screen.getAllByRole('treeitem').map((row) => row.textContent ?? '');
}

describe('the trace', () => {
  it('nests the steps and shows every attempt with how it ended', async () => {
    await openRun();
    expect(rowNames()).toEqual([
      'Calculator12.4 s',
      'demo-1turn 11.2 s',
      'web_fetchattempt 1failed, 600 ms',
      'web_fetchattempt 21.0 s',
      'demo-1turn 25.9 s',
    ]);
    expect(
      screen.getAllByRole('treeitem').map((row) => row.ariaLevel ?? row.getAttribute('aria-level')),
    ).toEqual(['1', '2', '3', '3', '2']);
  });

  it('is walked, folded and selected by keys', async () => {
    const { router } = await openRun();
    const [root] = screen.getAllByRole('treeitem');
    root?.focus();
    await userEvent.keyboard('{ArrowDown}');
    expect(screen.getByRole('treeitem', { name: /turn 1/ })).toHaveFocus();
    await userEvent.keyboard('{ArrowLeft}');
    expect(screen.queryByRole('treeitem', { name: /attempt 1/ })).toBeNull();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{ArrowDown}{Enter}');
    const second = screen.getByRole('treeitem', { name: /attempt 2/ });
    expect(second).toHaveFocus();
    await waitFor(() => expect(second).toHaveAttribute('aria-selected', 'true'));
    expect(router.state.location.search).toEqual({ step: 'step-2b' });
    await userEvent.keyboard('.');
    await waitFor(() => expect(screen.getByRole('treeitem', { name: /turn 2/ })).toHaveFocus());
    expect(router.state.location.search).toEqual({ step: 'step-3' });
  });

  it('finds a step by its words and clears the search with Esc', async () => {
    await openRun();
    const find = screen.getByRole('searchbox', { name: 'Find a step' });
    await userEvent.type(find, '503');
    expect(rowNames()).toEqual([
      'Calculator12.4 s',
      'demo-1turn 11.2 s',
      'web_fetchattempt 1failed, 600 ms',
    ]);
    await userEvent.clear(find);
    await userEvent.type(find, 'no such step');
    expect(screen.getByRole('heading', { name: 'No step matches' })).toBeVisible();
    await userEvent.keyboard('{Escape}');
    expect(rowNames()).toHaveLength(5);
  });

  it('reads a long journal page by page and draws only what is in view', async () => {
    const many = Array.from({ length: 250 }, (_, index) =>
      aStep(index + 1, index * 10, index * 10 + 9),
    );
    server.use(
      http.get(apiUrl('/runs/:id/steps'), ({ request }) => {
        const from = Number(new URL(request.url).searchParams.get('cursor') ?? 0);
        const next = from + 100;
        const has_more = next < many.length;
        return HttpResponse.json({
          data: many.slice(from, next),
          pagination: { next_cursor: has_more ? String(next) : null, has_more, total: many.length },
        });
      }),
    );
    await openRun();
    await waitFor(() =>
      expect(screen.getByRole('treeitem', { name: /^Step 1t/ })).toHaveAttribute(
        'aria-setsize',
        '250',
      ),
    );
    expect(screen.getAllByRole('treeitem').length).toBeLessThan(100);
  });
});

describe('the step panel', () => {
  it('shows what a model was told and what it answered', async () => {
    await openRun('?step=step-1');
    const panel = screen.getByRole('complementary', { name: 'demo-1' });
    expect(await within(panel).findByText('I will work it out.')).toBeVisible();
    await userEvent.click(await within(panel).findByRole('button', { name: 'Show' }));
    expect(within(panel).getByText('Be exact.')).toBeVisible();
  });

  it('shows the error of a failed step and the definition that the run froze', async () => {
    await openRun('?step=step-2');
    const panel = screen.getByRole('complementary', { name: 'web_fetch' });
    expect(within(panel).getByText(/The server answered 503/)).toBeVisible();
    await userEvent.click(within(panel).getByRole('tab', { name: 'Settings' }));
    const definition = await within(panel).findByRole('group', { name: 'Pinned definition' });
    expect(definition).toHaveTextContent('Be exact.');
  });
});

describe('while the run goes on', () => {
  beforeEach(() => {
    run = aRun({ status: 'running', ended_at: null, output: null });
    steps = [model];
  });

  it('fills from events, whatever their order, and stops following at the end', async () => {
    const { line } = await openRun();
    expect(line.topics()).toEqual([`execution/${ID}`]);
    const emit = (type: string, step: RunStep) =>
      line.emit({ channel: 'execution', topic: ID, type, payload: { step } });
    await emit('step_completed', again);
    await emit('step_started', { ...again, status: 'started', ended_at: null });
    await screen.findByRole('treeitem', { name: /web_fetch/ });
    expect(rowNames().filter((name) => name.includes('web_fetch'))).toEqual(['web_fetch1.0 s']);
    run = aRun();
    await line.emit({
      channel: 'execution',
      topic: ID,
      type: 'execution_completed',
      payload: { status: 'succeeded' },
    });
    expect(await screen.findByRole('button', { name: 'Replay' })).toBeVisible();
    await waitFor(() => expect(line.topics()).toEqual([]));
  });

  it('reads the journal again when events were missed', async () => {
    const { line } = await openRun();
    steps = [model, failed, again];
    await line.resync();
    await waitFor(() => expect(rowNames()).toHaveLength(4));
  });

  it('can be stopped', async () => {
    let stopped = 0;
    server.use(
      http.post(apiUrl(`/runs/${ID}/cancel`), () => {
        stopped += 1;
        run = aRun({ status: 'cancelled' });
        return HttpResponse.json(run);
      }),
    );
    await openRun();
    await userEvent.click(screen.getByRole('button', { name: 'Stop run' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Stop run' })).toBeNull());
    expect(stopped).toBe(1);
  });
});

describe('a step whose outcome nobody knows', () => {
  let sent: RunResume[];

  beforeEach(() => {
    sent = [];
    run = aRun({ status: 'waiting', ended_at: null, output: null });
    steps = [model, { ...failed, name: 'send_email', status: 'unknown', effect: 'irreversible' }];
    server.use(
      http.post(apiUrl(`/runs/${ID}/resume`), async ({ request }) => {
        sent.push((await request.json()) as RunResume);
        run = aRun({ status: 'running', ended_at: null });
        return HttpResponse.json(run, { status: 202 });
      }),
    );
  });

  async function card() {
    return within(await screen.findByRole('region', { name: 'What happened to send_email?' }));
  }

  it('was done: takes the result that a person types, if it is JSON', async () => {
    await openRun();
    const ask = await card();
    const field = ask.getByRole('textbox', { name: 'What it returned' });
    await userEvent.click(field);
    await userEvent.paste('{"sent":');
    await userEvent.click(ask.getByRole('button', { name: 'It was done' }));
    expect(field).toHaveAccessibleDescription(/This is not JSON/);
    expect(sent).toEqual([]);
    await userEvent.paste('true}');
    await userEvent.click(field);
    await userEvent.clear(field);
    await userEvent.paste('{"sent":true}');
    await userEvent.click(ask.getByRole('button', { name: 'It was done' }));
    await waitFor(() =>
      expect(sent).toEqual([{ step_id: 'step-2', decision: 'done', output: { sent: true } }]),
    );
    await waitFor(() => expect(screen.queryByRole('region', { name: /What happened/ })).toBeNull());
  });

  it.each([
    ['Repeat it', 'retry'],
    ['Mark as failed', 'fail'],
  ])('%s', async (name, decision) => {
    await openRun();
    await userEvent.click((await card()).getByRole('button', { name }));
    await waitFor(() => expect(sent).toEqual([{ step_id: 'step-2', decision }]));
  });

  it('is not asked of a viewer, who has no other buttons either', async () => {
    server.use(...signedIn('viewer'));
    await openRun();
    expect(await screen.findByText(/A developer has to say what happened/)).toBeVisible();
    for (const name of [/It was done/, /Stop run/, /Resume run/, /Replay/, /Fork/]) {
      expect(screen.queryByRole('button', { name })).toBeNull();
    }
  });
});

it('says in words which model and provider answered instead of which', async () => {
  const call = { key: 'turn:1/model', name: 'big', model: 'big', provider_id: 'p1' };
  const error = {
    code: 'PROVIDER_RATE_LIMITED',
    message: 'Slow down.',
    retryable: true,
    step_id: null,
  };
  steps = [
    aStep(1, 0, 500, { ...call, status: 'failed', error }),
    aStep(2, 500, 900, { ...call, attempt: 2, name: 'small', model: 'small', provider_id: 'p2' }),
  ];
  server.use(
    http.get(apiUrl('/providers'), () =>
      HttpResponse.json(
        page([
          { id: 'p1', name: 'First house' },
          { id: 'p2', name: 'Second house' },
        ]),
      ),
    ),
  );
  await openRun('?step=step-2');
  expect(await screen.findByText('big failed: rate limited; small answered.')).toBeVisible();
  const tree = await screen.findByRole('tree');
  expect(await within(tree).findByText('First house')).toBeVisible();
  expect(await within(tree).findByText('Second house')).toBeVisible();
  expect(screen.getAllByText('Second house')).toHaveLength(2); // the panel of the selected step names it too
});

it('resumes a failed run', async () => {
  run = aRun({
    status: 'failed',
    error: {
      code: 'PROVIDER_ERROR',
      message: 'The provider refused the key.',
      retryable: true,
      step_id: null,
    },
  });
  let resumed: unknown;
  server.use(
    http.post(apiUrl(`/runs/${ID}/resume`), async ({ request }) => {
      resumed = await request.json();
      run = aRun({ status: 'running', ended_at: null });
      return HttpResponse.json(run, { status: 202 });
    }),
  );
  await openRun();
  expect(screen.getAllByText(/The provider refused the key/)[0]).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Resume run' }));
  expect(await screen.findByRole('button', { name: 'Stop run' })).toBeVisible();
  expect(resumed).toEqual({});
});

it('leads to the runs before and after it', async () => {
  const actions = document.body.appendChild(document.createElement('div'));
  await openRun('', (page) => (
    <PageSlotsContext value={{ crumbs: null, actions }}>{page}</PageSlotsContext>
  ));
  expect(await screen.findByRole('link', { name: 'Newer' })).toHaveAttribute(
    'href',
    `/p/${PROJECT_ID}/runs/newer-run`,
  );
  expect(screen.getByRole('link', { name: 'Older' })).toHaveAttribute(
    'href',
    `/p/${PROJECT_ID}/runs/older-run`,
  );
});
