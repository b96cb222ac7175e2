import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Agent, AgentRunRequest, AgentUpdate } from '@/api';
import { renderAt } from '@/testing/render';
import { apiUrl, page, problem, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { onWideScreen } from '@/testing/wide-screen';
import { aModel, anAgent, aTool } from '../testing';
import { AgentEditorPage } from './agent-editor-page';

type Patch = { body: AgentUpdate; revision: string | null };

let saved: Agent;
let patches: Patch[];

beforeEach(() => {
  sessionStorage.clear();
  onWideScreen();
  server.use(...signedIn('developer'));
  saved = anAgent();
  patches = [];
  server.use(
    http.get(apiUrl('/agents/agent-1'), () => HttpResponse.json(saved)),
    http.get(apiUrl('/models'), () => HttpResponse.json(page([aModel()]))),
    http.get(apiUrl('/tools/builtin'), () =>
      HttpResponse.json([aTool(), aTool({ name: 'web_fetch', label: 'Web page', effect: 'read' })]),
    ),
    http.patch(apiUrl('/agents/agent-1'), async ({ request }) => {
      const body = (await request.json()) as AgentUpdate;
      const revision = request.headers.get('If-Match');
      patches.push({ body, revision });
      if (revision !== `"${saved.revision}"`) {
        return problem(412, { code: 'REVISION_STALE', detail: 'Changed by someone else.' });
      }
      saved = { ...saved, ...(body as Partial<Agent>), revision: saved.revision + 1 };
      return HttpResponse.json(saved);
    }),
  );
});

async function openEditor() {
  const view = await renderAt(<AgentEditorPage />, {
    path: '/p/$project/agents/$agent',
    at: `/p/${PROJECT_ID}/agents/agent-1`,
  });
  await screen.findByDisplayValue('Calculator');
  return view;
}

async function rename(name: string) {
  const field = screen.getByRole('textbox', { name: 'Name' });
  await userEvent.clear(field);
  await userEvent.type(field, name);
}

describe('saving', () => {
  it('sends what changed over the revision it was based on', async () => {
    await openEditor();
    await rename('Figures');
    await userEvent.click(await screen.findByRole('switch', { name: 'Web page' }));
    expect(screen.getByText('Draft, 2 changes')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Save agent' }));
    await screen.findByRole('button', { name: 'Saved' });
    expect(patches).toEqual([
      {
        body: { name: 'Figures', tools: [{ tool: 'calculator' }, { tool: 'web_fetch' }] },
        revision: '"3"',
      },
    ]);
    expect(screen.queryByText(/^Draft,/)).toBeNull();
  });

  it('saves with Ctrl+S and from inside a field', async () => {
    await openEditor();
    await rename('Keys');
    await userEvent.keyboard('{Control>}s{/Control}');
    await waitFor(() => expect(patches.map((patch) => patch.body)).toEqual([{ name: 'Keys' }]));
  });

  it('does not send a draft with problems, and leads to each of them', async () => {
    await openEditor();
    await userEvent.clear(screen.getByRole('textbox', { name: 'Name' }));
    await userEvent.clear(screen.getByRole('spinbutton', { name: 'Max steps' }));
    await userEvent.click(screen.getByRole('button', { name: 'Save agent' }));
    const list = await screen.findByRole('alert');
    await userEvent.click(within(list).getByRole('button', { name: 'Max steps' }));
    expect(screen.getByRole('spinbutton', { name: 'Max steps' })).toHaveFocus();
    expect(screen.getByRole('textbox', { name: 'Name' })).toHaveAccessibleDescription(
      'Give the agent a name.',
    );
    expect(patches).toEqual([]);
  });

  it('turns the temperature on, and off again into the provider’s default', async () => {
    await openEditor();
    await userEvent.click(screen.getByRole('switch', { name: 'Set temperature' }));
    expect(screen.getByRole('slider')).toHaveAttribute('aria-valuenow', '0.7');
    await userEvent.click(screen.getByRole('switch', { name: 'Set temperature' }));
    expect(screen.getByText('Provider default')).toBeVisible();
    expect(screen.queryByText(/^Draft,/)).toBeNull();
  });
});

describe('the fallbacks', () => {
  const ref = (name: string) => ({ provider_id: 'provider-1', name });

  it('are put in order, taken out and saved as a whole', async () => {
    saved = anAgent({ fallbacks: [ref('second'), ref('third'), ref('fourth')] });
    await openEditor();
    expect(screen.getByRole('button', { name: 'Move second up' })).toBeDisabled();
    expect(screen.getByRole('button', { name: 'Move fourth down' })).toBeDisabled();
    await userEvent.click(screen.getByRole('button', { name: 'Move fourth up' }));
    await userEvent.click(screen.getByRole('button', { name: 'Remove second' }));
    await userEvent.click(screen.getByRole('button', { name: 'Save agent' }));
    await screen.findByRole('button', { name: 'Saved' });
    expect(patches.map((patch) => patch.body)).toEqual([
      { fallbacks: [ref('fourth'), ref('third')] },
    ]);
  });

  it('are read by a viewer, who has no buttons', async () => {
    server.use(...signedIn('viewer'));
    saved = anAgent({ fallbacks: [ref('second')] });
    await openEditor();
    expect(screen.getByText('second')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Remove second' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Add a fallback' })).toBeNull();
  });
});

describe('when someone else saved first', () => {
  beforeEach(async () => {
    await openEditor();
    await rename('Mine');
    saved = anAgent({ revision: 4, name: 'Theirs', description: 'Theirs too' });
    await userEvent.click(screen.getByRole('button', { name: 'Save agent' }));
    await screen.findByRole('dialog', { name: 'Changed by someone else' });
  });

  it('shows what differs and who changed it', () => {
    const rows = within(screen.getByRole('dialog')).getAllByRole('listitem');
    expect(rows.map((row) => row.textContent)).toEqual([
      'NameChanged by bothYoursMineTheirsTheirs',
      'DescriptionChanged by themYoursAnswers with numbers.TheirsTheirs too',
    ]);
  });

  it('keeps mine over the new revision and leaves what only they changed', async () => {
    await userEvent.click(screen.getByRole('button', { name: 'Keep mine' }));
    await screen.findByRole('button', { name: 'Saved' });
    expect(patches.at(-1)).toEqual({ body: { name: 'Mine' }, revision: '"4"' });
    expect(screen.getByRole('textbox', { name: 'Description' })).toHaveValue('Theirs too');
  });

  it('takes theirs', async () => {
    await userEvent.click(screen.getByRole('button', { name: 'Take theirs' }));
    expect(await screen.findByRole('textbox', { name: 'Name' })).toHaveValue('Theirs');
    expect(screen.queryByText(/^Draft,/)).toBeNull();
  });
});

describe('a draft', () => {
  it('survives a reload of the tab', async () => {
    const { unmount } = await openEditor();
    await rename('Half typed');
    unmount();
    await renderAt(<AgentEditorPage />, {
      path: '/p/$project/agents/$agent',
      at: `/p/${PROJECT_ID}/agents/agent-1`,
    });
    expect(await screen.findByDisplayValue('Half typed')).toBeVisible();
    expect(screen.getByText('Draft, 1 change')).toBeVisible();
  });

  it('is discarded after a question', async () => {
    await openEditor();
    await rename('Never mind');
    await userEvent.click(screen.getByRole('button', { name: 'Discard' }));
    await userEvent.click(screen.getByRole('button', { name: 'Discard changes' }));
    expect(screen.getByRole('textbox', { name: 'Name' })).toHaveValue('Calculator');
  });

  it('asks before it is left', async () => {
    const { router } = await openEditor();
    await rename('Unsaved');
    void router.navigate({ to: '/p/$project', params: { project: PROJECT_ID } } as never);
    const dialog = await screen.findByRole('dialog', { name: 'Leave without saving?' });
    await userEvent.click(within(dialog).getByRole('button', { name: 'Keep editing' }));
    expect(router.state.location.pathname).toBe(`/p/${PROJECT_ID}/agents/agent-1`);
    expect(screen.getByRole('textbox', { name: 'Name' })).toHaveValue('Unsaved');
  });
});

it('shows a viewer everything and lets them change nothing', async () => {
  server.use(...signedIn('viewer'));
  await openEditor();
  expect(screen.getByRole('textbox', { name: 'Name' })).toHaveAttribute('readonly');
  for (const name of [/Save/, /Discard/, /Add starter/, /Remove starter/, /Send message/]) {
    expect(screen.queryByRole('button', { name })).toBeNull();
  }
  for (const control of screen.getAllByRole('switch')) expect(control).toBeDisabled();
});

describe('the test panel', () => {
  function eventText(type: string, payload: object): string {
    return `event: ${type}\ndata: ${JSON.stringify({ type, payload })}\n\n`;
  }

  /** A run whose events the test sends one by one. */
  function scriptedRun() {
    const requests: AgentRunRequest[] = [];
    const encoder = new TextEncoder();
    let stream: ReadableStreamDefaultController<Uint8Array>;
    server.use(
      http.post(apiUrl('/agents/agent-1/run'), async ({ request }) => {
        requests.push((await request.json()) as AgentRunRequest);
        const body = new ReadableStream<Uint8Array>({
          start(controller) {
            stream = controller;
          },
        });
        return new HttpResponse(body, { headers: { 'Content-Type': 'text/event-stream' } });
      }),
    );
    return {
      requests,
      send: (type: string, payload: object) =>
        stream.enqueue(encoder.encode(eventText(type, payload))),
      end: () => stream.close(),
    };
  }

  async function ask(text: string) {
    await userEvent.type(
      screen.getByRole('textbox', { name: 'Message the draft' }),
      `${text}{Enter}`,
    );
  }

  it('sends the unsaved draft and shows the answer as it is written', async () => {
    const run = scriptedRun();
    await openEditor();
    await rename('Unsaved name');
    await ask('What is 1+1?');
    await waitFor(() => expect(run.requests).toHaveLength(1));
    expect(run.requests[0]).toMatchObject({
      stream: true,
      ephemeral: true,
      messages: [{ role: 'user', content: 'What is 1+1?' }],
      draft: { name: 'Unsaved name', max_steps: 8, tools: [{ tool: 'calculator' }] },
    });
    run.send('started', { run_id: 'run-1' });
    run.send('tool_call', { step_id: 't', name: 'calculator', arguments: { expression: '1+1' } });
    run.send('tool_result', { step_id: 't', name: 'calculator', result: 2, duration_ms: 12 });
    run.send('token', { text: 'It is', step_id: 'm', attempt: 1 });
    const log = screen.getByRole('log');
    await within(log).findByText('It is');
    expect(screen.getByRole('button', { name: 'Stop run' })).toBeEnabled();
    run.send('token', { text: ' two.', step_id: 'm', attempt: 1 });
    run.send('done', {
      run_id: 'run-1',
      usage: { input_tokens: 3_000, output_tokens: 104 },
      cost_usd_micros: 14_200,
      latency_ms: 6_200,
    });
    run.end();
    await within(log).findByText('It is two.');
    expect(await within(log).findByText('3,104 tokens')).toBeVisible();
    expect(within(log).getByText('$0.0142')).toBeVisible();
    expect(within(log).getByText('6.2 s')).toBeVisible();
    expect(within(log).getByRole('link', { name: 'Open trace' })).toHaveAttribute(
      'href',
      `/p/${PROJECT_ID}/runs/run-1`,
    );
    await userEvent.click(within(log).getByRole('button', { name: /calculator/ }));
    expect(within(log).getByText('Result')).toBeVisible();
  });

  it('stops the run', async () => {
    const run = scriptedRun();
    const stopped: string[] = [];
    server.use(
      http.post(apiUrl('/runs/:id/cancel'), ({ params }) => {
        stopped.push(String(params.id));
        return HttpResponse.json({ id: params.id });
      }),
    );
    await openEditor();
    await ask('Count to a million');
    await waitFor(() => expect(run.requests).toHaveLength(1));
    run.send('started', { run_id: 'run-7' });
    run.send('token', { text: 'One', step_id: 'm', attempt: 1 });
    await screen.findByText('One');
    await userEvent.click(screen.getByRole('button', { name: 'Stop run' }));
    expect(await screen.findByText('Stopped.')).toBeVisible();
    await waitFor(() => expect(stopped).toEqual(['run-7']));
  });

  it('says why the draft could not answer', async () => {
    server.use(
      http.post(apiUrl('/agents/agent-1/run'), () =>
        problem(502, { code: 'PROVIDER_ERROR', detail: 'The provider refused the key.' }),
      ),
    );
    await openEditor();
    await ask('Hello');
    expect(await screen.findByText('The provider refused the key.')).toBeVisible();
  });
});
