import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it, vi } from 'vitest';
import { renderAt } from '@/testing/render';
import { apiUrl, problem, server } from '@/testing/server';
import { anAuthStatus, aUser } from '@/testing/session';
import { LoginPage } from './login-page';

beforeEach(() => {
  server.use(http.get(apiUrl('/auth/status'), () => HttpResponse.json(anAuthStatus())));
});

async function fill(email: string, password: string) {
  await userEvent.type(await screen.findByLabelText('Email'), email);
  if (password) await userEvent.type(screen.getByLabelText('Password'), password);
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
}

it('signs in with what was typed and goes on', async () => {
  let sent: unknown;
  server.use(
    http.post(apiUrl('/auth/login'), async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json(aUser());
    }),
  );
  const onSignedIn = vi.fn();
  await renderAt(<LoginPage onSignedIn={onSignedIn} />);
  await fill('me@example.test', 'a long phrase');
  await vi.waitFor(() => expect(onSignedIn).toHaveBeenCalledOnce());
  expect(sent).toEqual({ email: 'me@example.test', password: 'a long phrase' });
});

it.each([
  [
    'a wrong password',
    problem(401, { code: 'UNAUTHORIZED', detail: 'No.' }),
    'Email or password is wrong.',
  ],
  [
    'too many tries',
    problem(429, { code: 'RATE_LIMITED', detail: 'Slow down.' }, { 'Retry-After': '42' }),
    'Too many tries. Wait 42 s, then sign in again.',
  ],
  [
    'a server that is down',
    HttpResponse.error(),
    'The server cannot be reached. Check the connection and retry.',
  ],
])('says what to do after %s', async (_what, reply, words) => {
  server.use(http.post(apiUrl('/auth/login'), () => reply.clone()));
  const onSignedIn = vi.fn();
  await renderAt(<LoginPage onSignedIn={onSignedIn} />);
  await fill('me@example.test', 'wrong');
  expect(await screen.findByRole('alert')).toHaveTextContent(words);
  expect(onSignedIn).not.toHaveBeenCalled();
});

it('asks for the password before it asks the server', async () => {
  await renderAt(<LoginPage onSignedIn={() => {}} />);
  await fill('me@example.test', '');
  expect(await screen.findByText('Enter your password.')).toBeVisible();
  expect(screen.getByLabelText('Password')).toHaveFocus();
});

it('asks for the second factor after the right password', async () => {
  const sent: unknown[] = [];
  server.use(
    http.post(apiUrl('/auth/login'), async ({ request }) => {
      const body = (await request.json()) as { totp_code?: string };
      sent.push(body.totp_code);
      if (body.totp_code === '222222') return HttpResponse.json(aUser());
      const code = body.totp_code ? 'SECOND_FACTOR_WRONG' : 'SECOND_FACTOR_REQUIRED';
      return problem(401, { code, detail: 'No.' });
    }),
  );
  const onSignedIn = vi.fn();
  await renderAt(<LoginPage onSignedIn={onSignedIn} />);
  await fill('me@example.test', 'a long phrase');
  const field = await screen.findByLabelText('Code');
  expect(field).toHaveFocus();
  expect(screen.queryByRole('alert')).toBeNull();
  await userEvent.type(field, '111111{Enter}');
  expect(await screen.findByRole('alert')).toHaveTextContent('This code is wrong');
  await userEvent.clear(screen.getByLabelText('Code'));
  await userEvent.type(screen.getByLabelText('Code'), '222222{Enter}');
  await vi.waitFor(() => expect(onSignedIn).toHaveBeenCalledOnce());
  expect(sent).toEqual([undefined, '111111', '222222']);
});

it('offers the way through the provider and says why the last try failed', async () => {
  server.use(
    http.get(apiUrl('/auth/status'), () =>
      HttpResponse.json(anAuthStatus({ sso: { name: 'Example ID' } })),
    ),
  );
  await renderAt(<LoginPage onSignedIn={() => undefined} />, {
    path: '/login',
    at: '/login?sso=unverified&next=%2Fp%2Fx',
    parseSearch: (raw) => raw,
  });
  expect(await screen.findByRole('link', { name: 'Continue with Example ID' })).toHaveAttribute(
    'href',
    '/api/v1/auth/oidc/start?next=%2Fp%2Fx',
  );
  expect(screen.getByRole('alert')).toHaveTextContent('has not verified your email address');
});

it('has the provider alone where passwords are switched off', async () => {
  server.use(
    http.get(apiUrl('/auth/status'), () =>
      HttpResponse.json(anAuthStatus({ password: false, sso: { name: 'Example ID' } })),
    ),
  );
  await renderAt(<LoginPage onSignedIn={() => undefined} />);
  expect(await screen.findByRole('link', { name: 'Continue with Example ID' })).toBeVisible();
  expect(screen.queryByLabelText('Password')).toBeNull();
  expect(screen.queryByRole('link', { name: 'Forgot your password?' })).toBeNull();
});
