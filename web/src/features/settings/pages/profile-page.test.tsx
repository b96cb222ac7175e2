import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { expect, it } from 'vitest';
import { renderAt } from '@/testing/render';
import { apiUrl, server } from '@/testing/server';
import { aUser, PROJECT_ID, signedIn } from '@/testing/session';
import { ProfilePage } from './profile-page';

it('changes the name, and leads to where the email is changed', async () => {
  let sent: unknown;
  server.use(
    ...signedIn('viewer'),
    http.patch(apiUrl('/auth/me'), async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ ...aUser('viewer'), name: 'Nora' });
    }),
  );
  await renderAt(<ProfilePage />, {
    path: '/p/$project/settings/profile',
    at: `/p/${PROJECT_ID}/settings/profile`,
  });
  const link = await screen.findByRole('link', { name: 'Change email' });
  expect(link).toHaveAttribute('href', `/p/${PROJECT_ID}/settings/security`);
  expect(screen.queryByRole('textbox', { name: 'Email' })).toBeNull();
  const name = screen.getByRole('textbox', { name: 'Name' });
  await userEvent.clear(name);
  await userEvent.type(name, 'Nora{Enter}');
  await screen.findByText('Profile saved');
  expect(sent).toEqual({ name: 'Nora' });
});
