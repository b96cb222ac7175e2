import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Run, RunFork } from '@/api';
import { fakeRealtime } from '@/testing/realtime';
import { renderAt } from '@/testing/render';
import { apiUrl, page, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { onWideScreen } from '@/testing/wide-screen';
import { parseRunPageSearch } from '../model/run-search';
import { aRun, aStep } from '../testing';
import { RunPage } from './run-page';

const ID = aRun().id;

const model = aStep(1, 0, 1_200, { key: 'turn:1/model', name: 'demo-1' });
const tool = aStep(2, 2_000, 3_000, {
  id: 'step-2b',
  key: 'turn:1/tool:0',
  parent_key: 'turn:1/model',
  kind: 'tool',
  name: 'web_fetch',
  output: { title: 'Rates' },
});

beforeEach(() => {
  onWideScreen();
  server.use(
    ...signedIn('developer'),
    http.get(apiUrl('/runs'), () => HttpResponse.json(page([]))),
    http.get(apiUrl('/runs/:id'), ({ params }) =>
      HttpResponse.json(params.id === ID ? aRun() : aRun({ id: String(params.id) })),
    ),
    http.get(apiUrl('/runs/:id/steps'), ({ params }) =>
      HttpResponse.json(page(params.id === ID ? [model, tool] : [])),
    ),
    http.get(apiUrl('/runs/:id/definition'), () =>
      HttpResponse.json({ name: 'Calculator', instructions: 'Be exact.', max_steps: 8 }),
    ),
  );
});

async function openRun(search = '') {
  const line = fakeRealtime();
  const view = await renderAt(line.wrap(<RunPage />), {
    path: '/p/$project/runs/$run',
    at: `/p/${PROJECT_ID}/runs/${ID}${search}`,
    parseSearch: (raw) => ({ ...parseRunPageSearch(raw) }),
  });
  await screen.findByRole('tree', {}, { timeout: 5_000 });
  return { ...view, line };
}

describe('a replay', () => {
  const REPLAY = 'replay-run';
  let replay: Run;

  beforeEach(() => {
    replay = aRun({
      id: REPLAY,
      trigger: 'replay',
      status: 'running',
      ended_at: null,
      output: null,
    });
    server.use(
      http.post(apiUrl(`/runs/${ID}/replay`), () => HttpResponse.json(replay, { status: 202 })),
      http.get(apiUrl(`/runs/${REPLAY}`), () => HttpResponse.json(replay)),
    );
  });

  async function replayEnds(output: unknown) {
    const { line } = await openRun();
    await userEvent.click(screen.getByRole('button', { name: 'Replay' }));
    await screen.findByText('Replaying');
    replay = { ...replay, status: 'succeeded', output };
    await line.emit({
      channel: 'execution',
      topic: REPLAY,
      type: 'execution_completed',
      payload: { status: 'succeeded' },
    });
  }

  it('says that nothing differs, and leads to its run', async () => {
    await replayEnds({ replay: { identical: true, first_difference: null } });
    expect(await screen.findByText(/Replay is identical/)).toBeVisible();
    expect(screen.getByRole('link', { name: 'Open replay' })).toHaveAttribute(
      'href',
      `/p/${PROJECT_ID}/runs/${REPLAY}`,
    );
  });

  it('shows the first difference as a diff', async () => {
    const difference = {
      index: 4,
      expected: { text: 'one', same: 1 },
      actual: { text: 'two', same: 1 },
    };
    await replayEnds({ replay: { identical: false, first_difference: difference } });
    expect(await screen.findByText('Replay differs first at event 4.')).toBeVisible();
    const diff = screen.getByRole('region', { name: 'First difference' });
    expect(diff).toHaveTextContent('Recorded: "text": "one"');
    expect(diff).toHaveTextContent('Replayed: "text": "two"');
  });
});

describe('a fork', () => {
  let sent: RunFork[];

  beforeEach(() => {
    sent = [];
    server.use(
      http.post(apiUrl(`/runs/${ID}/fork`), async ({ request }) => {
        sent.push((await request.json()) as RunFork);
        return HttpResponse.json(aRun({ id: 'forked', status: 'queued' }), { status: 202 });
      }),
    );
  });

  it('changes the result of a tool and opens the new run', async () => {
    const { router } = await openRun('?step=step-2b');
    await userEvent.click(screen.getByRole('button', { name: 'Fork from here' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Fork from here' }));
    const field = dialog.getByRole('textbox', { name: 'New result' });
    expect(field).toHaveValue('{\n  "title": "Rates"\n}');
    await userEvent.clear(field);
    await userEvent.paste('{"title":"Other"}');
    await userEvent.click(dialog.getByRole('button', { name: 'Start fork' }));
    await waitFor(() =>
      expect(router.state.location.pathname).toBe(`/p/${PROJECT_ID}/runs/forked`),
    );
    expect(sent).toEqual([{ step_id: 'step-2b', set: { output: { title: 'Other' } } }]);
  });

  it('changes the instructions after a model step', async () => {
    await openRun('?step=step-1');
    await userEvent.click(screen.getByRole('button', { name: 'Fork from here' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Fork from here' }));
    const field = dialog.getByRole('textbox', { name: 'Instructions after this step' });
    await waitFor(() => expect(field).toHaveValue('Be exact.'));
    await userEvent.type(field, ' And brief.');
    await userEvent.click(dialog.getByRole('button', { name: 'Start fork' }));
    await waitFor(() =>
      expect(sent).toEqual([{ step_id: 'step-1', set: { instructions: 'Be exact. And brief.' } }]),
    );
  });

  it('needs a finished step', async () => {
    await openRun();
    await userEvent.click(screen.getByRole('button', { name: 'Fork from here' }));
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});
