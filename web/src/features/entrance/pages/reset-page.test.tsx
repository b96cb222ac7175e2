import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it } from 'vitest';
import { renderAt } from '@/testing/render';
import { apiUrl, problem, server } from '@/testing/server';
import { anAuthStatus } from '@/testing/session';
import { ForgotPasswordPage } from './forgot-password-page';
import { ResetPage } from './reset-page';

let sent: unknown;

beforeEach(() => {
  server.use(
    http.get(apiUrl('/auth/status'), () => HttpResponse.json(anAuthStatus())),
    http.post(apiUrl('/auth/password-reset/request'), async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ detail: 'A link is on its way.' }, { status: 202 });
    }),
  );
});

async function setPassword(password: string) {
  await userEvent.type(await screen.findByLabelText('New password'), password);
  await userEvent.click(screen.getByRole('button', { name: 'Set the password' }));
}

it('asks for a link', async () => {
  await renderAt(<ForgotPasswordPage />);
  await userEvent.type(await screen.findByLabelText('Email'), 'me@example.test');
  await userEvent.click(screen.getByRole('button', { name: 'Send the link' }));
  expect(await screen.findByRole('status')).toHaveTextContent('A link is on its way.');
  expect(sent).toEqual({ email: 'me@example.test' });
});

it('says at once that passwords are off, and leads to sign-in', async () => {
  const sso = { name: 'Example ID' };
  server.use(
    http.get(apiUrl('/auth/status'), () =>
      HttpResponse.json(anAuthStatus({ password: false, sso })),
    ),
  );
  for (const one of [<ForgotPasswordPage key="a" />, <ResetPage key="b" token="the-token" />]) {
    const { unmount } = await renderAt(one);
    expect(await screen.findByRole('heading', { name: 'Passwords are off here' })).toBeVisible();
    expect(screen.getByText(/signs in through Example ID/)).toBeVisible();
    expect(screen.getByRole('link', { name: 'Go to sign-in' })).toHaveAttribute('href', '/login');
    expect(screen.queryByRole('textbox')).toBeNull();
    unmount();
  }
});

it('sets the password with the token of the link', async () => {
  server.use(
    http.post(apiUrl('/auth/password-reset/confirm'), async ({ request }) => {
      sent = await request.json();
      return new HttpResponse(null, { status: 204 });
    }),
  );
  await renderAt(<ResetPage token="the-token" />);
  await setPassword('another good phrase');
  expect(await screen.findByRole('heading', { name: 'Your password is set' })).toBeVisible();
  expect(sent).toEqual({ token: 'the-token', password: 'another good phrase' });
});

it('says that a link is over, and where to get a new one', async () => {
  server.use(
    http.post(apiUrl('/auth/password-reset/confirm'), () =>
      problem(400, { code: 'RESET_LINK_INVALID', detail: 'No.' }),
    ),
  );
  await renderAt(<ResetPage token="the-token" />);
  await setPassword('another good phrase');
  expect(await screen.findByRole('alert')).toHaveTextContent('does not hold any more');
  expect(screen.getByRole('link', { name: 'Ask for a new link' })).toBeVisible();
});
