import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it } from 'vitest';
import type { MailView, Role } from '@/api';
import { fakeRealtime } from '@/testing/realtime';
import { renderAt } from '@/testing/render';
import { apiUrl, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { MailPage } from './mail-page';

let mail: MailView;
let sent: unknown;

beforeEach(() => {
  mail = {
    host: '',
    port: 587,
    security: 'starttls',
    username: '',
    password_set: false,
    sender: '',
    revision: 0,
    updated_at: null,
    updated_by: null,
  };
  server.use(
    http.get(apiUrl('/settings/mail'), () => HttpResponse.json(mail)),
    http.patch(apiUrl('/settings/mail'), async ({ request }) => {
      const body = (await request.json()) as Partial<MailView> & { password?: string };
      sent = body;
      const { password, ...rest } = body;
      mail = { ...mail, ...rest, password_set: password !== undefined, revision: 1 };
      return HttpResponse.json(mail);
    }),
    http.post(apiUrl('/settings/mail/test'), () =>
      HttpResponse.json({ ok: false, error: 'The mail server refused the recipient.' }),
    ),
  );
});

function openPage(role: Role = 'admin') {
  server.use(...signedIn(role));
  return renderAt(fakeRealtime().wrap(<MailPage />), {
    path: '/p/$project/settings/mail',
    at: `/p/${PROJECT_ID}/settings/mail`,
  });
}

it('saves the mail server and says what a test came to', async () => {
  await openPage();
  await userEvent.type(await screen.findByLabelText('Host'), 'mail.example.test');
  await userEvent.type(screen.getByLabelText('Sender'), 'orbiter@example.test');
  await userEvent.type(screen.getByLabelText('Password'), 'secret');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Send a test mail' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('refused the recipient');
  expect(sent).toMatchObject({ host: 'mail.example.test', port: 587, password: 'secret' });
  expect(screen.getByLabelText('Password')).toHaveValue('');
});

it('does not take a number that is no port', async () => {
  await openPage();
  const port = await screen.findByLabelText('Port');
  await userEvent.clear(port);
  await userEvent.type(port, '70000');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('Enter a number from 1 to 65535.')).toBeVisible();
});

it('shows nothing to others than administrators', async () => {
  await openPage('developer');
  expect(await screen.findByText('Only administrators see the mail server.')).toBeVisible();
});
