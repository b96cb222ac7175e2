import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it } from 'vitest';
import type { SecondFactor, SessionView, SignInLink } from '@/api';
import { fakeRealtime } from '@/testing/realtime';
import { renderAt } from '@/testing/render';
import { apiUrl, page, problem, server } from '@/testing/server';
import { aUser, PROJECT_ID, signedIn } from '@/testing/session';
import { SecurityPage } from './security-page';

const CODES = ['aaaa-bbbb-cccc-dddd', 'eeee-ffff-gggg-hhhh'];
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

function aSession(change: Partial<SessionView> = {}): SessionView {
  return {
    id: 'session-1',
    user_agent: FIREFOX,
    address: '10.0.0.7',
    created_at: '2026-11-01T09:00:00.000000Z',
    last_used_at: '2026-11-26T09:00:00.000000Z',
    expires_at: '2026-11-29T09:00:00.000000Z',
    method: 'password',
    current: true,
    ...change,
  };
}

let sessions: SessionView[];
let factor: SecondFactor;
let link: SignInLink;
let sent: unknown[];

beforeEach(() => {
  sessions = [aSession(), aSession({ id: 'session-2', user_agent: 'curl/8.5', current: false })];
  factor = { enabled: false, enabled_at: null, recovery_codes_left: 0 };
  link = {
    available: false,
    name: 'Example ID',
    linked: false,
    email: null,
    last_used_at: null,
    removable: true,
  };
  sent = [];
  server.use(
    ...signedIn('viewer'),
    http.get(apiUrl('/auth/sessions'), () => HttpResponse.json(page(sessions))),
    http.delete(apiUrl('/auth/sessions/:id'), ({ params }) => {
      sessions = sessions.filter(({ id }) => id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
    http.delete(apiUrl('/auth/sessions'), () => {
      sessions = sessions.filter(({ current }) => current);
      return HttpResponse.json({ ended: 1 });
    }),
    http.get(apiUrl('/auth/oidc/link'), () => HttpResponse.json(link)),
    http.delete(apiUrl('/auth/oidc/link'), () => {
      link = { ...link, linked: false, email: null };
      return new HttpResponse(null, { status: 204 });
    }),
    http.get(apiUrl('/auth/second-factor'), () => HttpResponse.json(factor)),
    http.post(apiUrl('/auth/second-factor'), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(
        { secret: 'ABCDEFGH', uri: 'otpauth://totp/x', qr: ['101', '010', '101'] },
        { status: 201 },
      );
    }),
    http.post(apiUrl('/auth/second-factor/confirm'), async ({ request }) => {
      sent.push(await request.json());
      factor = { enabled: true, enabled_at: '2026-11-26T09:00:00Z', recovery_codes_left: 10 };
      return HttpResponse.json({ recovery_codes: CODES });
    }),
  );
});

function openPage(search = '') {
  return renderAt(fakeRealtime().wrap(<SecurityPage />), {
    path: '/p/$project/settings/security',
    at: `/p/${PROJECT_ID}/settings/security${search}`,
  });
}

it('shows where one is signed in and ends one of them', async () => {
  await openPage();
  const list = await screen.findByRole('region', { name: 'Where you are signed in' });
  expect(await within(list).findByText('Firefox on Linux')).toBeVisible();
  expect(within(list).getByText('This browser')).toBeVisible();
  await userEvent.click(within(list).getByRole('button', { name: 'Sign out curl/8.5' }));
  await expect
    .poll(() => within(list).queryByRole('button', { name: 'Sign out curl/8.5' }))
    .toBeNull();
});

it('signs out everywhere else', async () => {
  await openPage();
  await userEvent.click(await screen.findByRole('button', { name: 'Sign out everywhere else' }));
  await expect.poll(() => screen.queryByText('curl/8.5')).toBeNull();
});

it('sets up a second factor and shows the recovery codes once', async () => {
  await openPage();
  await userEvent.click(await screen.findByRole('button', { name: 'Set up' }));
  await userEvent.type(screen.getByLabelText('Your password'), 'my long phrase');
  await userEvent.click(screen.getByRole('button', { name: 'Continue' }));
  expect(await screen.findByRole('img', { name: 'QR code of the key below' })).toBeVisible();
  expect(screen.getByLabelText('Or enter this key by hand')).toHaveValue('ABCD EFGH');
  await userEvent.type(screen.getByLabelText('Code'), '123456');
  await userEvent.click(screen.getByRole('button', { name: 'Switch on' }));
  expect(await screen.findByText('aaaa-bbbb-cccc-dddd')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'I have kept them' }));
  expect(await screen.findByText(/10 recovery codes are left/)).toBeVisible();
  expect(sent).toEqual([{ password: 'my long phrase' }, { code: '123456' }]);
});

it('changes the password and says under which field the server found a fault', async () => {
  let refused = true;
  server.use(
    http.post(apiUrl('/auth/password'), async ({ request }) => {
      sent.push(await request.json());
      if (!refused) return HttpResponse.json(aUser('viewer'));
      return problem(400, {
        code: 'VALIDATION_ERROR',
        detail: 'No.',
        errors: [
          { field: 'current_password', message: 'must be the password that you sign in with' },
        ],
      });
    }),
  );
  await openPage();
  await userEvent.type(await screen.findByLabelText('Current password'), 'wrong');
  await userEvent.type(screen.getByLabelText('New password'), 'another good phrase');
  await userEvent.click(screen.getByRole('button', { name: 'Change password' }));
  expect(await screen.findByText('Must be the password that you sign in with.')).toBeVisible();
  expect(screen.queryByText('No.')).toBeNull();
  refused = false;
  await userEvent.click(screen.getByRole('button', { name: 'Change password' }));
  await expect.poll(() => screen.getByLabelText('New password')).toHaveValue('');
  expect(sent).toHaveLength(2);
});

it('says how each session was opened', async () => {
  sessions = [aSession(), aSession({ id: 'session-2', method: 'oidc', current: false })];
  await openPage();
  const rows = await screen.findAllByRole('listitem');
  expect(rows[0]).toHaveTextContent(/Since .+, with a password/);
  expect(rows[1]).toHaveTextContent(/Since .+, through single sign-on/);
});

it('has no single sign-on where the server has none', async () => {
  await openPage();
  expect(await screen.findByText('Firefox on Linux')).toBeVisible();
  await expect.poll(() => screen.queryByRole('region', { name: 'Single sign-on' })).toBeNull();
});

it('goes to the provider to connect, and says why it cannot', async () => {
  link = { ...link, available: true };
  let next: string | null = null;
  let proof: unknown;
  server.use(
    http.post(apiUrl('/auth/oidc/link'), async ({ request }) => {
      proof = await request.json();
      next = new URL(request.url).searchParams.get('next');
      return problem(409, { code: 'CONFLICT', detail: 'The provider cannot be used now.' });
    }),
  );
  await openPage();
  await userEvent.click(await screen.findByRole('button', { name: 'Connect Example ID' }));
  const dialog = await screen.findByRole('dialog', { name: 'Connect your account?' });
  await userEvent.type(within(dialog).getByLabelText('Your password'), 'a long enough password');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Connect Example ID' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('The provider cannot be used now.');
  expect(proof).toEqual({ password: 'a long enough password', code: null });
  expect(next).toBe(`/p/${PROJECT_ID}/settings/security`);
});

it('says what the way back from the provider carries', async () => {
  link = { ...link, available: true };
  await openPage('?sso=taken');
  expect(await screen.findByRole('alert')).toHaveTextContent('belongs to somebody else here');
});

it('says of a reason that it does not know that nothing was connected', async () => {
  link = { ...link, available: true };
  await openPage('?sso=toString');
  expect(await screen.findByRole('alert')).toHaveTextContent('Your account was not connected.');
});

it('disconnects after a question', async () => {
  link = { ...link, available: true, linked: true, email: 'mo@example.org' };
  await openPage('?sso=connected');
  const section = await screen.findByRole('region', { name: 'Single sign-on' });
  expect(await within(section).findByText(/Your account is connected/)).toBeVisible();
  expect(within(section).getByText(/as mo@example.org/)).toBeVisible();
  await userEvent.click(within(section).getByRole('button', { name: 'Disconnect' }));
  const dialog = await screen.findByRole('dialog', { name: 'Disconnect your account?' });
  await userEvent.click(within(dialog).getByRole('button', { name: 'Disconnect' }));
  expect(await within(section).findByText('Not connected')).toBeVisible();
  expect(within(section).queryByText(/Your account is connected/)).toBeNull();
});

it('keeps the only way in', async () => {
  link = { ...link, available: true, linked: true, email: 'mo@example.org', removable: false };
  await openPage();
  expect(await screen.findByText(/It is your only way in/)).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Disconnect' })).toBeNull();
});

it('changes the email with the password and the code that the account needs', async () => {
  factor = { enabled: true, enabled_at: '2026-11-26T09:00:00Z', recovery_codes_left: 10 };
  let refused = true;
  server.use(
    http.post(apiUrl('/auth/email'), async ({ request }) => {
      sent.push(await request.json());
      if (!refused) return HttpResponse.json({ ...aUser('viewer'), email: 'new@example.test' });
      refused = false;
      return problem(400, { code: 'VALIDATION_ERROR', detail: 'code: is wrong' });
    }),
  );
  await openPage();
  await userEvent.click(await screen.findByRole('button', { name: 'Change email' }));
  const dialog = within(await screen.findByRole('dialog'));
  await userEvent.type(dialog.getByLabelText('New email'), 'new@example.test');
  await userEvent.type(dialog.getByLabelText('Your password'), 'my long phrase');
  await userEvent.type(await dialog.findByLabelText('Code'), '123456');
  await userEvent.click(dialog.getByRole('button', { name: 'Change email' }));
  expect(await dialog.findByRole('alert')).toHaveTextContent('code: is wrong');
  await userEvent.click(dialog.getByRole('button', { name: 'Change email' }));
  expect(await screen.findByText('You sign in with new@example.test.')).toBeVisible();
  expect(sent.at(-1)).toEqual({
    email: 'new@example.test',
    password: 'my long phrase',
    code: '123456',
  });
});
