import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it } from 'vitest';
import type { Role, SignInUpdate, SignInView } from '@/api';
import { fakeRealtime } from '@/testing/realtime';
import { renderAt } from '@/testing/render';
import { apiUrl, problem, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { SignInPage } from './sign-in-page';

let view: SignInView;
let sent: [SignInUpdate, string | null][];

beforeEach(() => {
  sent = [];
  view = {
    password: true,
    second_factor: 'nobody',
    single_sign_on: true,
    provider_name: 'Example ID',
    connected_admins: 1,
    admins_without_factor: 0,
    people_without_factor: 3,
    revision: 4,
    updated_at: null,
    updated_by: null,
  };
  server.use(
    http.get(apiUrl('/settings/sign-in'), () => HttpResponse.json(view)),
    http.patch(apiUrl('/settings/sign-in'), async ({ request }) => {
      const change = (await request.json()) as SignInUpdate;
      sent.push([change, request.headers.get('If-Match')]);
      view = { ...view, ...(change as Partial<SignInView>), revision: view.revision + 1 };
      return HttpResponse.json(view);
    }),
  );
});

function openPage(role: Role = 'admin') {
  server.use(...signedIn(role));
  return renderAt(fakeRealtime().wrap(<SignInPage />), {
    path: '/p/$project/settings/sign-in',
    at: `/p/${PROJECT_ID}/settings/sign-in`,
  });
}

it('switches passwords off after a warning that names the way back, and on at once', async () => {
  await openPage();
  await userEvent.click(await screen.findByRole('switch', { name: 'Password' }));
  const dialog = await screen.findByRole('dialog');
  expect(dialog).toHaveTextContent('through Example ID alone');
  expect(dialog).toHaveTextContent('orbiter sign-in allow-passwords');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Switch passwords off' }));
  await expect
    .poll(() => screen.getByRole('switch', { name: 'Password' }).getAttribute('aria-checked'))
    .toBe('false');
  await userEvent.click(screen.getByRole('switch', { name: 'Password' }));
  await expect.poll(() => sent.length).toBe(2);
  expect(sent).toEqual([
    [{ password: false }, '"4"'],
    [{ password: true }, '"5"'],
  ]);
});

it('says whom a stricter rule concerns before it holds, and loosens it at once', async () => {
  await openPage();
  await userEvent.click(await screen.findByRole('radio', { name: 'Everyone' }));
  const dialog = await screen.findByRole('dialog', { name: 'Require it of everyone?' });
  expect(dialog).toHaveTextContent('3 people have none yet');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Cancel' }));
  expect(sent).toEqual([]);
  await userEvent.click(screen.getByRole('radio', { name: 'Everyone' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Require it' }));
  await expect.poll(() => screen.getByRole('radio', { name: 'Everyone' })).toBeChecked();
  await userEvent.click(screen.getByRole('radio', { name: 'Nobody' }));
  await expect.poll(() => sent.length).toBe(2);
});

it('shows why the server refuses', async () => {
  server.use(
    http.patch(apiUrl('/settings/sign-in'), () =>
      problem(400, { code: 'VALIDATION_ERROR', detail: 'No administrator has connected.' }),
    ),
  );
  await openPage();
  await userEvent.click(await screen.findByRole('switch', { name: 'Password' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Switch passwords off' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('No administrator has connected.');
  expect(screen.getByRole('switch', { name: 'Password' })).toBeChecked();
});

it('shows nothing to others than administrators', async () => {
  await openPage('developer');
  expect(await screen.findByText('Only administrators see the sign-in methods.')).toBeVisible();
});
