import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it } from 'vitest';
import type { OidcCheck, OidcUpdate, OidcView, Role } from '@/api';
import { fakeRealtime } from '@/testing/realtime';
import { renderAt } from '@/testing/render';
import { apiUrl, problem, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { SingleSignOnPage } from './single-sign-on-page';

const CALLBACK = 'https://orbiter.example.org/api/v1/auth/oidc/callback';

let settings: OidcView;
let sent: OidcUpdate[];
let match: string | null;

beforeEach(() => {
  sent = [];
  match = null;
  settings = {
    enabled: false,
    name: 'single sign-on',
    issuer: '',
    client_id: '',
    client_secret_set: false,
    scopes: 'openid email profile',
    role_claim: '',
    role_rules: [],
    default_role: 'viewer',
    create_accounts: false,
    link_by_email: false,
    end_session: true,
    redirect_uri: CALLBACK,
    sign_out_uri: 'https://orbiter.example.org/login',
    revision: 0,
    updated_at: null,
    updated_by: null,
  };
  server.use(
    http.get(apiUrl('/settings/oidc'), () => HttpResponse.json(settings)),
    http.patch(apiUrl('/settings/oidc'), async ({ request }) => {
      const { client_secret, ...rest } = (await request.json()) as OidcUpdate;
      sent.push({ ...rest, ...(client_secret !== undefined && { client_secret }) });
      match = request.headers.get('If-Match');
      const kept = client_secret === undefined ? settings.client_secret_set : !!client_secret;
      settings = {
        ...settings,
        ...(rest as Partial<OidcView>),
        client_secret_set: kept,
        revision: settings.revision + 1,
      };
      return HttpResponse.json(settings);
    }),
  );
});

function openPage(role: Role = 'admin') {
  server.use(...signedIn(role));
  return renderAt(fakeRealtime().wrap(<SingleSignOnPage />), {
    path: '/p/$project/settings/single-sign-on',
    at: `/p/${PROJECT_ID}/settings/single-sign-on`,
  });
}

const save = () => userEvent.click(screen.getByRole('button', { name: 'Save' }));

it('says what to do at the provider, and saves what it gave', async () => {
  await openPage();
  expect(await screen.findByText(/register a web application/)).toBeVisible();
  expect(screen.getByLabelText('Redirect address')).toHaveValue(CALLBACK);
  expect(screen.queryByRole('button', { name: 'Check' })).toBeNull();
  await userEvent.type(screen.getByLabelText('Issuer'), 'https://id.example.org');
  await userEvent.type(screen.getByLabelText('Client id'), 'orbiter');
  await userEvent.type(screen.getByLabelText('Client secret'), 's3cret');
  await userEvent.click(screen.getByRole('checkbox', { name: /Make an account/ }));
  await userEvent.type(screen.getByLabelText('Role claim'), 'groups');
  await userEvent.click(screen.getByRole('button', { name: 'Add rule' }));
  await userEvent.type(screen.getByLabelText('Value 1'), 'staff');
  await userEvent.click(screen.getByRole('checkbox', { name: 'Offer single sign-on' }));
  await save();
  expect(await screen.findByText('On')).toBeVisible();
  expect(match).toBe('"0"');
  expect(sent).toEqual([
    {
      enabled: true,
      name: 'single sign-on',
      issuer: 'https://id.example.org',
      client_id: 'orbiter',
      client_secret: 's3cret',
      scopes: 'openid email profile',
      role_claim: 'groups',
      role_rules: [{ value: 'staff', role: 'developer' }],
      default_role: 'viewer',
      create_accounts: true,
      link_by_email: false,
      end_session: true,
    },
  ]);
  expect(screen.getByLabelText('Client secret')).toHaveValue('');
  expect(screen.getByText(/One is stored/)).toBeVisible();
});

it('keeps the stored secret, and removes it when asked to', async () => {
  settings = { ...settings, issuer: 'https://id.example.org', client_secret_set: true };
  await openPage();
  await screen.findByText(/One is stored/);
  await save();
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).not.toHaveProperty('client_secret');
  await userEvent.click(screen.getByRole('button', { name: 'Remove' }));
  expect(screen.getByText('The stored one is removed when you save.')).toBeVisible();
  await save();
  await waitFor(() => expect(sent[1]).toHaveProperty('client_secret', null));
  expect(await screen.findByText('Empty for a public client.')).toBeVisible();
});

it('does not offer what is not set up, nor take a rule without a value', async () => {
  settings = { ...settings, role_claim: 'groups', role_rules: [{ value: 'x', role: 'admin' }] };
  await openPage();
  await userEvent.clear(await screen.findByLabelText('Value 1'));
  await userEvent.clear(screen.getByLabelText('Scopes'));
  await userEvent.click(screen.getByRole('checkbox', { name: 'Offer single sign-on' }));
  await save();
  expect(await screen.findByText('Enter what the claim holds.')).toBeVisible();
  expect(screen.getByText('Name openid among the scopes.')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Remove rule 1' }));
  await userEvent.type(screen.getByLabelText('Scopes'), 'openid');
  await save();
  expect(await screen.findByText('Enter the issuer to offer single sign-on.')).toBeVisible();
  expect(screen.getByText('Enter the client id to offer single sign-on.')).toBeVisible();
  expect(sent).toEqual([]);
});

it('shows what the server found wrong at its field', async () => {
  server.use(
    http.patch(apiUrl('/settings/oidc'), () =>
      problem(400, {
        code: 'VALIDATION_ERROR',
        detail: 'Wrong.',
        errors: [{ field: 'issuer', message: 'must begin with https://' }],
      }),
    ),
  );
  await openPage();
  await userEvent.type(await screen.findByLabelText('Issuer'), 'http://id.example.org');
  await save();
  expect(await screen.findByText('Must begin with https://.')).toBeVisible();
  expect(screen.getByLabelText('Issuer')).toHaveValue('http://id.example.org');
});

it('shows the newest when somebody else was first', async () => {
  await openPage();
  await screen.findByLabelText('Issuer');
  settings = { ...settings, issuer: 'https://other.example.org', revision: 4 };
  server.use(
    http.patch(apiUrl('/settings/oidc'), () =>
      problem(412, { code: 'REVISION_MISMATCH', detail: 'Changed.' }),
    ),
  );
  await userEvent.type(screen.getByLabelText('Client id'), 'mine');
  await save();
  expect(await screen.findByRole('alert')).toHaveTextContent('changed elsewhere');
  await waitFor(() =>
    expect(screen.getByLabelText('Issuer')).toHaveValue('https://other.example.org'),
  );
});

it('says what a check found, or why it found nothing', async () => {
  settings = { ...settings, issuer: 'https://id.example.org' };
  let answer: Partial<OidcCheck> = { ok: false, error: 'The provider answered 404.' };
  server.use(http.post(apiUrl('/settings/oidc/check'), () => HttpResponse.json(answer)));
  await openPage();
  await userEvent.click(await screen.findByRole('button', { name: 'Check' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('The provider answered 404.');
  answer = {
    ok: true,
    error: null,
    issuer: 'https://id.example.org',
    authorization_endpoint: 'https://id.example.org/authorize',
    token_endpoint: 'https://id.example.org/token',
    algorithms: ['RS256', 'ES256'],
    keys: 2,
  };
  await userEvent.click(screen.getByRole('button', { name: 'Check' }));
  const found = await screen.findByRole('status');
  expect(found).toHaveTextContent('https://id.example.org/authorize');
  expect(found).toHaveTextContent('RS256, ES256');
});

it('shows nothing to others than administrators', async () => {
  await openPage('developer');
  expect(await screen.findByText('Only administrators see single sign-on.')).toBeVisible();
});
