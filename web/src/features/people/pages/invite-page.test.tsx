import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it, vi } from 'vitest';
import { renderAt } from '@/testing/render';
import { apiUrl, csrfHandler, problem, server } from '@/testing/server';
import { anAuthStatus, aUser } from '@/testing/session';
import { InvitePage } from './invite-page';

let sent: unknown[];
const onSignedIn = vi.fn();

beforeEach(() => {
  sent = [];
  onSignedIn.mockClear();
  server.use(
    csrfHandler,
    http.get(apiUrl('/auth/status'), () => HttpResponse.json(anAuthStatus())),
    http.post(apiUrl('/auth/invites/look'), () =>
      HttpResponse.json({
        email: 'nora@example.test',
        name: null,
        role: 'developer',
        invited_by: 'Mo Aldous',
        expires_at: '2030-01-01T00:00:00Z',
      }),
    ),
    http.post(apiUrl('/auth/invites/accept'), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(aUser('developer'), { status: 201 });
    }),
  );
});

const open = () => renderAt(<InvitePage token="secret" onSignedIn={onSignedIn} />);

it('says who invited whom, asks for a name and a password, and comes in', async () => {
  await open();
  expect(await screen.findByText(/Mo Aldous invited you/)).toBeVisible();
  expect(screen.getByLabelText('Email')).toHaveValue('nora@example.test');
  await userEvent.type(await screen.findByLabelText('Password'), 'short');
  await userEvent.click(screen.getByRole('button', { name: 'Create account' }));
  expect(await screen.findByText('Enter your name.')).toBeVisible();
  expect(screen.getByText('Use at least 12 characters.')).toBeVisible();
  expect(sent).toEqual([]);
  await userEvent.type(screen.getByLabelText('Name'), 'Nora');
  await userEvent.type(screen.getByLabelText('Password'), ' but then a sentence');
  await userEvent.click(screen.getByRole('button', { name: 'Create account' }));
  await waitFor(() => expect(onSignedIn).toHaveBeenCalledOnce());
  expect(sent).toEqual([{ token: 'secret', name: 'Nora', password: 'short but then a sentence' }]);
});

it('says when the link does not hold any more', async () => {
  server.use(
    http.post(apiUrl('/auth/invites/look'), () =>
      problem(404, { code: 'RESOURCE_NOT_FOUND', detail: 'No such invite.' }),
    ),
  );
  await open();
  expect(
    await screen.findByRole('heading', { name: 'This link does not hold any more' }),
  ).toBeVisible();
  expect(screen.queryByLabelText('Password')).toBeNull();
});

it('offers the provider beside the password, or alone, and says why it did not work', async () => {
  const status = { sso: { name: 'Example ID' }, password: false };
  server.use(
    http.get(apiUrl('/auth/status'), () => HttpResponse.json(anAuthStatus(status))),
    http.post(apiUrl('/auth/oidc/invite'), async ({ request }) => {
      sent.push(await request.json());
      return problem(409, { code: 'CONFLICT', detail: 'The provider cannot be used now.' });
    }),
  );
  await renderAt(<InvitePage token="secret" refusal="other_email" onSignedIn={onSignedIn} />);
  expect(await screen.findByRole('alert')).toHaveTextContent('another email than this invite');
  expect(screen.queryByLabelText('Password')).toBeNull();
  await userEvent.click(await screen.findByRole('button', { name: 'Continue with Example ID' }));
  expect(await screen.findByText('The provider cannot be used now.')).toBeVisible();
  expect(sent).toEqual([{ token: 'secret' }]);
});
