import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it } from 'vitest';
import type { Model, Role } from '@/api';
import { renderAt } from '@/testing/render';
import { apiUrl, page, problem, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { onWideScreen } from '@/testing/wide-screen';
import { ModelsPage } from './models-page';

function aModel(change: Partial<Model> = {}): Model {
  const abilities = { tools: true, structured_output: true, reasoning: false, vision: false };
  return {
    id: 'm1',
    provider_id: 'p1',
    provider_name: 'OpenAI',
    provider_type: 'openai',
    name: 'large',
    enabled: true,
    added_by_hand: false,
    context_window: 128_000,
    context_window_source: 'shipped',
    input_usd_micros_per_mtok: 2_500_000,
    output_usd_micros_per_mtok: 10_000_000,
    cached_input_usd_micros_per_mtok: null,
    price_source: 'shipped',
    abilities,
    abilities_source: 'shipped',
    shipped: {
      context_window: 128_000,
      input_usd_micros_per_mtok: 2_500_000,
      output_usd_micros_per_mtok: 10_000_000,
      cached_input_usd_micros_per_mtok: null,
      abilities,
      as_of: '2026-11-01',
    },
    revision: 3,
    ...change,
  };
}

const UNKNOWN = aModel({
  id: 'm2',
  name: 'home-made',
  input_usd_micros_per_mtok: null,
  output_usd_micros_per_mtok: null,
  price_source: 'unknown',
  shipped: null,
});

let sent: { body: unknown; match: string | null }[];

function api(role: Role = 'admin', models: Model[] = [aModel(), UNKNOWN]) {
  server.use(
    ...signedIn(role),
    http.get(apiUrl('/models'), () => HttpResponse.json(page(models))),
    http.patch(apiUrl('/models/:id'), async ({ request }) => {
      sent.push({ body: await request.json(), match: request.headers.get('If-Match') });
      return HttpResponse.json(aModel({ revision: 4 }));
    }),
  );
}

const open = () =>
  renderAt(<ModelsPage />, {
    path: '/p/$project/settings/models',
    at: `/p/${PROJECT_ID}/settings/models`,
  });

beforeEach(() => {
  onWideScreen();
  sent = [];
});

it('says who says the price, and clearly when nobody does', async () => {
  api();
  await open();
  const table = await screen.findByRole('table', { name: 'Models' });
  const [, first, second] = within(table).getAllByRole('row');
  expect(second).toHaveTextContent('$2.50');
  expect(second).toHaveTextContent('shipped');
  expect(first).toHaveTextContent('unknown');
  expect(screen.getByText(/the cost of its runs is not known/)).toBeVisible();
});

it('sends a price as whole micro-dollars on the revision shown', async () => {
  api();
  await open();
  await userEvent.click(await screen.findByRole('button', { name: 'Edit large' }));
  const dialog = await screen.findByRole('dialog');
  const input = within(dialog).getByLabelText(/^Input/);
  await userEvent.clear(input);
  await userEvent.type(input, '0.075');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toEqual({
    body: {
      input_usd_micros_per_mtok: 75_000,
      output_usd_micros_per_mtok: 10_000_000,
      cached_input_usd_micros_per_mtok: null,
    },
    match: '"3"',
  });
});

it('wants a whole price', async () => {
  api();
  await open();
  await userEvent.click(await screen.findByRole('button', { name: 'Edit home-made' }));
  const dialog = await screen.findByRole('dialog');
  await userEvent.type(within(dialog).getByLabelText(/^Input/), '1');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save' }));
  expect(await within(dialog).findByRole('alert')).toHaveTextContent('both input and output');
  expect(sent).toEqual([]);
});

it('goes back to what was shipped', async () => {
  api('admin', [aModel({ price_source: 'own' })]);
  await open();
  await userEvent.click(await screen.findByRole('button', { name: 'Edit large' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Back to shipped' }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.body).toMatchObject({ input_usd_micros_per_mtok: null, abilities: null });
});

it('switches a model off', async () => {
  api();
  await open();
  await userEvent.click(await screen.findByRole('switch', { name: 'Use large' }));
  await waitFor(() => expect(sent[0]?.body).toEqual({ enabled: false }));
});

it('finds by name', async () => {
  api();
  await open();
  await userEvent.type(await screen.findByRole('searchbox'), 'HOME');
  await waitFor(() => expect(screen.queryByText('large')).toBeNull());
  expect(screen.getByText('home-made')).toBeVisible();
});

it('shows a reader the table without a way to change it', async () => {
  api('viewer');
  await open();
  expect(await screen.findByText('home-made')).toBeVisible();
  expect(screen.queryByRole('switch')).toBeNull();
  expect(screen.queryByRole('button', { name: /Edit/ })).toBeNull();
});

it('names the request when the list fails', async () => {
  api();
  server.use(
    http.get(apiUrl('/models'), () => problem(503, { code: 'DATABASE_BUSY', detail: 'Busy.' })),
  );
  await open();
  expect(await screen.findByText('req_test')).toBeVisible();
});
