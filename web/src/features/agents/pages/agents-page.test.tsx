import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it } from 'vitest';
import type { Agent, AgentCreate } from '@/api';
import { renderAt } from '@/testing/render';
import { apiUrl, page, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { aModel, anAgent } from '../testing';
import { AgentsPage } from './agents-page';

let agents: Agent[];
let created: AgentCreate[];

beforeEach(() => {
  server.use(...signedIn('developer'));
  agents = [anAgent(), anAgent({ id: 'agent-2', name: 'Guide', tools: [], model: null })];
  created = [];
  server.use(
    http.get(apiUrl('/agents'), ({ request }) => {
      const q = new URL(request.url).searchParams.get('q')?.toLowerCase() ?? '';
      return HttpResponse.json(page(agents.filter(({ name }) => name.toLowerCase().includes(q))));
    }),
    http.get(apiUrl('/models'), () => HttpResponse.json(page([aModel()]))),
    http.post(apiUrl('/agents'), async ({ request }) => {
      created.push((await request.json()) as AgentCreate);
      return HttpResponse.json(anAgent({ id: 'agent-9' }), { status: 201 });
    }),
    http.delete(apiUrl('/agents/agent-1'), () => {
      agents = agents.filter(({ id }) => id !== 'agent-1');
      return new HttpResponse(null, { status: 204 });
    }),
    http.post(apiUrl('/agents/agent-1/restore'), () => {
      agents = [anAgent(), ...agents];
      return HttpResponse.json(anAgent());
    }),
  );
});

function openList(search = '') {
  return renderAt(<AgentsPage />, {
    path: '/p/$project/agents/',
    at: `/p/${PROJECT_ID}/agents/${search}`,
    parseSearch: (raw) => (typeof raw.q === 'string' ? { q: raw.q } : {}),
  });
}

it('lists agents with what they are made of', async () => {
  await openList();
  const row = (await screen.findByRole('link', { name: /Calculator/ })).closest('tr');
  expect(row).toHaveTextContent(/CalculatorAnswers with numbers\.demo-118/);
  expect(screen.getByRole('link', { name: /Guide/ }).closest('tr')).toHaveTextContent('No model');
});

it('searches by the address and clears a search that finds nothing', async () => {
  await openList('?q=nothing');
  await userEvent.click(await screen.findByRole('button', { name: 'Clear search' }));
  expect(await screen.findByRole('link', { name: /Guide/ })).toBeVisible();
});

it('puts what is typed into the address', async () => {
  const { router } = await openList();
  await userEvent.type(await screen.findByRole('searchbox'), 'gui');
  await waitFor(() => expect(router.state.location.search).toEqual({ q: 'gui' }));
  await waitFor(() => expect(screen.queryByRole('link', { name: /Calculator/ })).toBeNull());
});

it('makes an agent from a name and the first model, and opens its editor', async () => {
  const { router } = await openList();
  await userEvent.click(await screen.findByRole('button', { name: 'New agent' }));
  await userEvent.click(screen.getByRole('button', { name: 'Create agent' }));
  expect(created).toEqual([]);
  await userEvent.type(screen.getByRole('textbox', { name: 'Name' }), 'Support');
  await screen.findByText('demo-1', { selector: 'button span' });
  await userEvent.click(screen.getByRole('button', { name: 'Create agent' }));
  await waitFor(() =>
    expect(router.state.location.pathname).toBe(`/p/${PROJECT_ID}/agents/agent-9`),
  );
  expect(created).toEqual([
    {
      name: 'Support',
      model: { provider_id: 'provider-1', name: 'demo-1' },
      project_id: PROJECT_ID,
    },
  ]);
});

it('makes the agent of somebody who is quicker than the list of models', async () => {
  let come: () => void = () => {};
  const models = new Promise<void>((resolve) => {
    come = resolve;
  });
  server.use(
    http.get(apiUrl('/models'), async () => {
      await models; // then the next handler answers
    }),
  );
  const { router } = await openList();
  await userEvent.click(await screen.findByRole('button', { name: 'New agent' }));
  await userEvent.type(screen.getByRole('textbox', { name: 'Name' }), 'Support{Enter}');
  expect(screen.getByRole('button', { name: 'Create agent' })).toHaveAttribute('aria-busy', 'true');
  expect(created).toEqual([]);
  come();
  await waitFor(() =>
    expect(router.state.location.pathname).toBe(`/p/${PROJECT_ID}/agents/agent-9`),
  );
  expect(created).toMatchObject([
    { name: 'Support', model: { provider_id: 'provider-1', name: 'demo-1' } },
  ]);
});

it('deletes an agent and takes it back', async () => {
  await openList();
  await userEvent.click(await screen.findByRole('button', { name: 'Actions for Calculator' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Delete agent' }));
  await waitFor(() => expect(screen.queryByRole('link', { name: /Calculator/ })).toBeNull());
  await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
  expect(await screen.findByRole('link', { name: /Calculator/ })).toBeVisible();
});

it('shows a viewer the list without the means to change it', async () => {
  server.use(...signedIn('viewer'));
  await openList();
  await screen.findByRole('link', { name: /Calculator/ });
  expect(screen.queryByRole('button', { name: 'New agent' })).toBeNull();
  expect(screen.queryByRole('button', { name: /Actions for/ })).toBeNull();
});

it('says that there are no agents yet', async () => {
  agents = [];
  await openList();
  expect(await screen.findByRole('heading', { name: 'No agents yet' })).toBeVisible();
});
