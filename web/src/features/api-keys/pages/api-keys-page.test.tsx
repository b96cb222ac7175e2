import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it } from 'vitest';
import type { ApiKey, Role } from '@/api';
import { fakeRealtime } from '@/testing/realtime';
import { renderAt } from '@/testing/render';
import { apiUrl, page, problem, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { parseKeySearch } from '../model/key-search';
import { ApiKeysPage } from './api-keys-page';

const SECRET = `orb_abcdefghjk_${'s'.repeat(43)}`;

function aKey(change: Partial<ApiKey> = {}): ApiKey {
  return {
    id: 'key-1',
    name: 'Nightly report',
    prefix: 'abcdefghjk',
    scopes: ['read', 'runs:write'],
    project_id: null,
    owner: {
      id: 'user-1',
      name: 'Mo Aldous',
      email: 'me@example.test',
      role: 'admin',
      active: true,
    },
    created_at: '2026-11-01T09:00:00.000000Z',
    expires_at: null,
    last_used_at: null,
    revision: 1,
    ...change,
  };
}

let keys: ApiKey[];
let asked: URLSearchParams[];
let sent: unknown[];

beforeEach(() => {
  keys = [aKey()];
  asked = [];
  sent = [];
  server.use(
    http.get(apiUrl('/api-keys'), ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return HttpResponse.json(page(keys));
    }),
    http.post(apiUrl('/api-keys'), async ({ request }) => {
      const body = (await request.json()) as Partial<ApiKey>;
      sent.push(body);
      keys = [aKey({ id: 'key-2', ...body }), ...keys];
      return HttpResponse.json({ ...keys[0], key: SECRET }, { status: 201 });
    }),
    http.patch(apiUrl('/api-keys/:id'), async ({ request }) => {
      sent.push(await request.json());
      return problem(412, { code: 'REVISION_STALE', detail: 'Somebody else was faster.' });
    }),
    http.delete(apiUrl('/api-keys/:id'), ({ params }) => {
      keys = keys.filter(({ id }) => id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
  );
});

function openPage(role: Role = 'admin', search = '') {
  server.use(...signedIn(role));
  return renderAt(fakeRealtime().wrap(<ApiKeysPage />), {
    path: '/p/$project/settings/api-keys',
    at: `/p/${PROJECT_ID}/settings/api-keys${search}`,
    parseSearch: (raw) => ({ ...parseKeySearch(raw) }),
  });
}

it('lists keys by what they may, and never a key itself', async () => {
  keys = [aKey(), aKey({ id: 'key-0', name: 'Old', expires_at: '2020-01-01T00:00:00Z' })];
  await openPage();
  const table = await screen.findByRole('table', { name: 'API keys' });
  await within(table).findByText('Nightly report');
  expect(table).toHaveTextContent('orb_abcdefghjk_…');
  expect(table).toHaveTextContent('Read, Run');
  expect(table).toHaveTextContent('Expired');
});

it('makes a key, shows it once with a command to try it, and forgets it', async () => {
  await openPage();
  await userEvent.click(await screen.findByRole('button', { name: 'New key' }));
  await userEvent.type(screen.getByLabelText('Name'), 'CI');
  await userEvent.click(screen.getByRole('checkbox', { name: /^Run / }));
  await userEvent.click(screen.getByRole('button', { name: 'Make key' }));
  const shown = await screen.findByRole('dialog', { name: 'CI is ready' });
  expect(within(shown).getByLabelText('API key')).toHaveValue(SECRET);
  expect(shown).toHaveTextContent(`Authorization: Bearer ${SECRET}`);
  expect(sent[0]).toMatchObject({ name: 'CI', scopes: ['read', 'runs:write'], project_id: null });
  expect((sent[0] as ApiKey).expires_at).toMatch(/Z$/);
  await userEvent.keyboard('{Escape}');
  expect(shown).toBeInTheDocument();
  await userEvent.click(within(shown).getByRole('button', { name: 'I have copied it' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(document.body).not.toHaveTextContent(SECRET);
  expect(await screen.findByText('CI')).toBeVisible();
});

it('asks for a name and for something that the key may do', async () => {
  await openPage();
  await userEvent.click(await screen.findByRole('button', { name: 'New key' }));
  await userEvent.click(screen.getByRole('checkbox', { name: /^Read / }));
  await userEvent.click(screen.getByRole('button', { name: 'Make key' }));
  expect(await screen.findByText('Name the key.')).toBeVisible();
  expect(screen.getByText('Choose at least one thing that the key may do.')).toBeVisible();
  expect(sent).toEqual([]);
});

it('gives a viewer’s key nothing but reading, and shows them no other people’s keys', async () => {
  await openPage('viewer', '?all=true');
  await userEvent.click(await screen.findByRole('button', { name: 'New key' }));
  expect(screen.getAllByRole('checkbox')).toHaveLength(1);
  expect(screen.queryByRole('radio', { name: 'Everybody’s' })).toBeNull();
  expect(asked.every((query) => !query.has('all'))).toBe(true);
});

it('lists everybody’s keys with their owners for an admin', async () => {
  await openPage();
  await userEvent.click(await screen.findByRole('radio', { name: 'Everybody’s' }));
  await waitFor(() => expect(asked.some((query) => query.get('all') === 'true')).toBe(true));
  expect(await screen.findByRole('columnheader', { name: 'Owner' })).toBeVisible();
});

it('revokes a key after a question', async () => {
  await openPage('developer', '?key=key-1');
  await userEvent.click(await screen.findByRole('button', { name: 'Revoke key' }));
  const question = await screen.findByRole('dialog', { name: 'Revoke Nightly report?' });
  await userEvent.click(within(question).getByRole('button', { name: 'Revoke key' }));
  expect(await screen.findByText('Nightly report revoked')).toBeVisible();
  expect(await screen.findByText('No API keys yet')).toBeVisible();
});

it('says when a key was changed elsewhere', async () => {
  await openPage('developer', '?key=key-1');
  const name = await screen.findByLabelText('Name');
  await userEvent.clear(name);
  await userEvent.type(name, 'Weekly');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText(/changed elsewhere/)).toBeVisible();
  expect(sent).toEqual([{ name: 'Weekly' }]);
});

it('says what a key is for when there is none, and when the list cannot be had', async () => {
  keys = [];
  await openPage();
  expect(await screen.findByText('No API keys yet')).toBeVisible();
});

it('offers to try again', async () => {
  server.use(
    http.get(apiUrl('/api-keys'), () =>
      problem(503, { code: 'DATABASE_BUSY', detail: 'The database is busy.' }),
    ),
  );
  await openPage();
  expect(await screen.findByText(/could not be loaded/)).toBeVisible();
});
