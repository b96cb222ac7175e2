import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it } from 'vitest';
import type { Egress } from '@/api';
import { renderAt } from '@/testing/render';
import { apiUrl, problem, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { EgressPage } from './egress-page';

const RULES: Egress = {
  private_hosts: ['wiki.example.org:8080'],
  blocked_hosts: [],
  https_only: false,
  max_response_bytes: 10_000_000,
  max_seconds: 60,
  max_redirects: 5,
  allowances: [{ provider_id: 'p1', provider_name: 'Ollama', host: '127.0.0.1', port: 11_434 }],
  revision: 2,
  updated_at: null,
};

beforeEach(() => {
  server.use(
    ...signedIn('admin'),
    http.get(apiUrl('/settings/egress'), () => HttpResponse.json(RULES)),
  );
});

const open = () =>
  renderAt(<EgressPage />, {
    path: '/p/$project/settings/egress',
    at: `/p/${PROJECT_ID}/settings/egress`,
  });

it('shows the rules and what each provider may reach', async () => {
  await open();
  expect(await screen.findByLabelText('Allowed on your own network')).toHaveValue(
    'wiki.example.org:8080',
  );
  expect(screen.getByText('127.0.0.1:11434')).toBeVisible();
});

it('sends the rules on the revision shown', async () => {
  let sent: unknown;
  let match: string | null = null;
  server.use(
    http.patch(apiUrl('/settings/egress'), async ({ request }) => {
      sent = await request.json();
      match = request.headers.get('If-Match');
      return HttpResponse.json({ ...RULES, revision: 3 });
    }),
  );
  await open();
  await userEvent.type(await screen.findByLabelText('Blocked'), 'evil.example.org');
  await userEvent.click(screen.getByRole('checkbox', { name: 'https only' }));
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() =>
    expect(sent).toEqual({
      private_hosts: ['wiki.example.org:8080'],
      blocked_hosts: ['evil.example.org'],
      https_only: true,
      max_response_bytes: 10_000_000,
      max_seconds: 60,
      max_redirects: 5,
    }),
  );
  expect(match).toBe('"2"');
});

it('shows what is no host at its field', async () => {
  server.use(
    http.patch(apiUrl('/settings/egress'), () =>
      problem(400, {
        code: 'VALIDATION_ERROR',
        detail: 'Wrong.',
        errors: [{ field: 'blocked_hosts.0', message: 'is no host name or address' }],
      }),
    ),
  );
  await open();
  await userEvent.type(await screen.findByLabelText('Blocked'), 'a b');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('is no host name or address')).toBeVisible();
});

it('says what the rules say of an address', async () => {
  server.use(
    http.post(apiUrl('/settings/egress/test'), () =>
      HttpResponse.json({ allowed: false, reason: 'x:22 could not be reached.' }),
    ),
  );
  await open();
  await userEvent.type(await screen.findByLabelText('Address'), 'https://x:22');
  await userEvent.click(screen.getByRole('button', { name: 'Check' }));
  expect(await screen.findByRole('status')).toHaveTextContent('x:22 could not be reached.');
});
