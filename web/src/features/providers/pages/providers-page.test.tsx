import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Provider, type ProviderKey, type ProviderType, type Role, resetCsrf } from '@/api';
import { renderAt } from '@/testing/render';
import { apiUrl, page, problem, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { onWideScreen } from '@/testing/wide-screen';
import { parseProviderSearch } from '../model/search';
import { ProvidersPage } from './providers-page';

const OPENAI: ProviderType = {
  type: 'openai',
  label: 'OpenAI',
  description: 'Hosted models.',
  credential_fields: [
    {
      name: 'api_key',
      label: 'API key',
      required: true,
      secret: true,
      multiline: false,
      default: null,
      help: 'From your account.',
    },
    {
      name: 'base_url',
      label: 'Base URL',
      required: false,
      secret: false,
      multiline: false,
      default: null,
      help: 'For a gateway.',
    },
  ],
};

const VERTEX: ProviderType = {
  type: 'vertex',
  label: 'Vertex',
  description: 'Models of your own project.',
  credential_fields: [
    {
      name: 'api_key',
      label: 'Service account',
      required: true,
      secret: true,
      multiline: true,
      default: null,
      help: 'A JSON file.',
    },
  ],
};

function aProvider(change: Partial<Provider> = {}): Provider {
  return {
    id: 'p1',
    name: 'Main key',
    provider_type: 'openai',
    base_url: null,
    key_set: true,
    keys: { total: 1, active: 1, cooling: 0, set_aside: 0, disabled: 0 },
    load_balance_strategy: 'round_robin',
    status: 'ok',
    last_error: null,
    last_tested_at: null,
    revision: 4,
    created_at: '2026-01-05T09:00:00Z',
    updated_at: '2026-01-05T09:00:00Z',
    ...change,
  };
}

const SPEND = [
  {
    provider_id: 'p1',
    since: '2026-01-01T00:00:00Z',
    calls: 3,
    unpriced_calls: 0,
    cost_usd_micros: 92_140_000,
  },
];

function aKey(change: Partial<ProviderKey> = {}): ProviderKey {
  return {
    id: 'k1',
    provider_id: 'p1',
    label: 'Production',
    hint: '7Qf2',
    status: 'active',
    until: null,
    uses: 12,
    last_used_at: null,
    last_error: null,
    revision: 2,
    created_at: '2026-01-05T09:00:00Z',
    updated_at: '2026-01-05T09:00:00Z',
    ...change,
  };
}

let stored: Provider[];
let storedKeys: ProviderKey[];

function api(role: Role = 'admin', detected: unknown[] = []) {
  server.use(
    ...signedIn(role),
    http.get(apiUrl('/providers'), () => HttpResponse.json(page(stored))),
    http.get(apiUrl('/provider-types'), () => HttpResponse.json([OPENAI, VERTEX])),
    http.get(apiUrl('/providers/detected'), () => HttpResponse.json(detected)),
    http.get(apiUrl('/models'), () => HttpResponse.json(page([]))),
    http.get(apiUrl('/providers/spend'), () => HttpResponse.json(SPEND)),
    http.get(apiUrl('/providers/p1/keys'), () => HttpResponse.json(page(storedKeys))),
  );
}

function open(search = '') {
  return renderAt(<ProvidersPage />, {
    path: '/p/$project/settings/providers',
    at: `/p/${PROJECT_ID}/settings/providers${search}`,
    parseSearch: parseProviderSearch,
  });
}

beforeEach(() => {
  onWideScreen();
  resetCsrf();
  stored = [aProvider()];
  storedKeys = [aKey()];
});

describe('adding', () => {
  it('sends what was typed and shows the new provider with its models', async () => {
    api();
    let sent: unknown;
    const refreshed: string[] = [];
    server.use(
      http.post(apiUrl('/providers'), async ({ request }) => {
        sent = await request.json();
        const made = aProvider({ id: 'p2', name: 'Second' });
        stored = [...stored, made];
        return HttpResponse.json(made, { status: 201 });
      }),
      http.post(apiUrl('/providers/:id/models/refresh'), ({ params }) => {
        refreshed.push(String(params.id));
        return HttpResponse.json(page([]));
      }),
    );
    const { router } = await open('?add=openai');
    const name = await screen.findByLabelText('Name');
    await userEvent.clear(name);
    await userEvent.type(name, 'Second');
    await userEvent.type(screen.getByLabelText('API key'), 'key-in-clear');
    await userEvent.click(screen.getByRole('button', { name: 'Add provider' }));
    await waitFor(() => expect(router.state.location.search).toEqual({ provider: 'p2' }));
    expect(sent).toEqual({ name: 'Second', provider_type: 'openai', api_key: 'key-in-clear' });
    expect(refreshed).toEqual(['p2']);
  });

  it('asks for a key that the type needs', async () => {
    api();
    await open('?add=openai');
    await userEvent.click(await screen.findByRole('button', { name: 'Add provider' }));
    expect(await screen.findByText('Enter the API key.')).toBeVisible();
  });

  it('takes a service account as the lines of its file', async () => {
    api();
    let sent: unknown;
    server.use(
      http.post(apiUrl('/providers'), async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(aProvider({ id: 'p4' }), { status: 201 });
      }),
      http.post(apiUrl('/providers/p4/models/refresh'), () => HttpResponse.json(page([]))),
    );
    await open('?add=vertex');
    const file = '{\n  "type": "service_account"\n}';
    await userEvent.click(await screen.findByLabelText('Service account'));
    await userEvent.paste(file);
    await userEvent.click(screen.getByRole('button', { name: 'Add provider' }));
    await waitFor(() => expect(sent).toMatchObject({ provider_type: 'vertex', api_key: file }));
  });

  it('proposes a local Ollama and adds it on a click only', async () => {
    api('admin', [{ provider_type: 'ollama', base_url: 'http://127.0.0.1:11434', models: ['a'] }]);
    let sent: unknown;
    server.use(
      http.post(apiUrl('/providers'), async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(aProvider({ id: 'p3' }), { status: 201 });
      }),
      http.post(apiUrl('/providers/p3/models/refresh'), () => HttpResponse.json(page([]))),
    );
    await open();
    expect(
      await screen.findByText(/Ollama answers at http:\/\/127.0.0.1:11434 with 1 model/),
    ).toBeVisible();
    expect(sent).toBeUndefined();
    await userEvent.click(screen.getByRole('button', { name: 'Add Ollama' }));
    await waitFor(() =>
      expect(sent).toEqual({
        name: 'Ollama',
        provider_type: 'ollama',
        base_url: 'http://127.0.0.1:11434',
      }),
    );
  });
});

describe('editing', () => {
  it('sends only what changed, on the revision shown, and never the saved key', async () => {
    api();
    let sent: unknown;
    let match: string | null = null;
    server.use(
      http.patch(apiUrl('/providers/p1'), async ({ request }) => {
        sent = await request.json();
        match = request.headers.get('If-Match');
        return HttpResponse.json(aProvider({ name: 'Renamed', revision: 5 }));
      }),
    );
    await open('?provider=p1');
    const name = await screen.findByLabelText('Name');
    expect(screen.queryByLabelText('API key')).toBeNull();
    await userEvent.clear(name);
    await userEvent.type(name, 'Renamed');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Renamed saved')).toBeVisible();
    expect(sent).toEqual({ name: 'Renamed' });
    expect(match).toBe('"4"');
  });

  it('says that somebody else was faster', async () => {
    api();
    server.use(
      http.patch(apiUrl('/providers/p1'), () =>
        problem(412, {
          code: 'REVISION_STALE',
          detail: 'Stale.',
          current: aProvider({ revision: 9 }),
        }),
      ),
    );
    await open('?provider=p1');
    await userEvent.type(await screen.findByLabelText('Name'), ' x');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText(/changed elsewhere meanwhile/)).toBeVisible();
  });

  it('tests the provider and says how long it took', async () => {
    api();
    server.use(
      http.post(apiUrl('/providers/p1/test'), () =>
        HttpResponse.json({ ok: true, latency_ms: 184, models: 12 }),
      ),
    );
    await open('?provider=p1');
    await userEvent.click(await screen.findByRole('button', { name: 'Test' }));
    expect(
      await screen.findByText('Test call answered in 184 ms, 12 models offered'),
    ).toBeVisible();
  });

  it('says why a test failed', async () => {
    api();
    server.use(
      http.post(apiUrl('/providers/p1/test'), () =>
        HttpResponse.json({ ok: false, latency_ms: 90, error: 'OpenAI refused the key.' }),
      ),
    );
    await open('?provider=p1');
    await userEvent.click(await screen.findByRole('button', { name: 'Test' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('OpenAI refused the key.');
  });
});

describe('keys', () => {
  it('shows the state of each key and never a value', async () => {
    api();
    storedKeys = [
      aKey(),
      aKey({
        id: 'k2',
        label: 'Overflow',
        hint: 'x0Lm',
        status: 'set_aside',
        until: '2026-01-05T10:00:00Z',
        last_error: 'The provider refused this key.',
      }),
    ];
    stored = [aProvider({ keys: { total: 2, active: 1, cooling: 0, set_aside: 1, disabled: 0 } })];
    await open('?provider=p1');
    const keys = await screen.findByRole('region', { name: 'Keys' });
    expect(await within(keys).findByText('…7Qf2')).toBeVisible();
    expect(within(keys).getByText(/The provider refused this key/)).toBeVisible();
    expect(screen.getByText(/1 of 2 keys refused/)).toBeVisible();
    expect(screen.getByText('$92.14')).toBeVisible();
    expect(screen.getByLabelText('Spread requests')).toBeVisible();
  });

  it('adds a key', async () => {
    api();
    let sent: unknown;
    server.use(
      http.post(apiUrl('/providers/p1/keys'), async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(aKey({ id: 'k3' }), { status: 201 });
      }),
    );
    await open('?provider=p1');
    await userEvent.click(await screen.findByRole('button', { name: 'Add key' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getByLabelText(/^Key/), 'sk-in-clear');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Add key' }));
    await waitFor(() => expect(sent).toEqual({ value: 'sk-in-clear' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('switches a key off on its revision', async () => {
    api();
    let sent: unknown;
    let match: string | null = null;
    server.use(
      http.patch(apiUrl('/providers/p1/keys/k1'), async ({ request }) => {
        sent = await request.json();
        match = request.headers.get('If-Match');
        return HttpResponse.json(aKey({ status: 'disabled' }));
      }),
    );
    await open('?provider=p1');
    await userEvent.click(await screen.findByRole('button', { name: 'Actions for Production' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Switch off' }));
    await waitFor(() => expect(sent).toEqual({ disabled: true }));
    expect(match).toBe('"2"');
  });
});

it('removes at once and brings back on Undo', async () => {
  api();
  server.use(
    http.delete(apiUrl('/providers/p1'), () => {
      stored = [];
      return new HttpResponse(null, { status: 204 });
    }),
    http.post(apiUrl('/providers/p1/restore'), () => {
      stored = [aProvider()];
      return HttpResponse.json(aProvider());
    }),
  );
  await open('?provider=p1');
  await userEvent.click(await screen.findByRole('button', { name: 'Remove' }));
  expect(await screen.findByText('No model providers yet')).toBeVisible();
  await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
  const list = await screen.findByRole('list', { name: 'Model providers' });
  expect(await within(list).findByRole('link', { name: 'Main key' })).toBeVisible();
});

it('shows a reader the list without a way to change it', async () => {
  api('viewer');
  await open('?provider=p1');
  expect(await screen.findByRole('complementary', { name: 'Main key' })).toBeVisible();
  for (const name of ['Save', 'Test', 'Remove', 'Add model', 'Refresh models']) {
    expect(screen.queryByRole('button', { name })).toBeNull();
  }
  expect(screen.queryByRole('link', { name: /Add provider|OpenAI/ })).toBeNull();
  expect(screen.queryByLabelText('API key')).toBeNull();
});

it('names the request when the list fails, and retries', async () => {
  api();
  let fail = true;
  server.use(
    http.get(apiUrl('/providers'), () =>
      fail
        ? problem(503, { code: 'DATABASE_BUSY', detail: 'The database is busy.' })
        : HttpResponse.json(page(stored)),
    ),
  );
  await open();
  expect(await screen.findByText('req_test')).toBeVisible();
  fail = false;
  await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
  expect(await screen.findByRole('link', { name: 'Main key' })).toBeVisible();
});
