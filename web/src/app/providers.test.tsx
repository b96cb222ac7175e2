import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it } from 'vitest';
import type { WorkspaceView } from '@/api';
import { LoginPage } from '@/features/entrance';
import { GeneralPage } from '@/features/settings';
import { renderAt } from '@/testing/render';
import { apiUrl, csrfHandler, problem, server } from '@/testing/server';
import { anAuthStatus, aUser, PROJECT_ID, signedIn } from '@/testing/session';
import { Named } from './providers';

let view: WorkspaceView;
let sent: { body: unknown; match: string | null }[];

beforeEach(() => {
  sent = [];
  view = {
    name: 'Old Harbour',
    concurrent_runs: null,
    most_concurrent_runs: 4,
    revision: 2,
    updated_at: null,
    updated_by: null,
  };
  server.use(
    ...signedIn('admin'),
    http.get(apiUrl('/workspace'), () => HttpResponse.json({ name: view.name })),
    http.get(apiUrl('/settings/workspace'), () => HttpResponse.json(view)),
    http.patch(apiUrl('/settings/workspace'), async ({ request }) => {
      const body = (await request.json()) as Partial<WorkspaceView>;
      sent.push({ body, match: request.headers.get('if-match') });
      view = { ...view, ...body, revision: 3 };
      return HttpResponse.json(view);
    }),
  );
});

function openGeneral() {
  return renderAt(
    <Named>
      <GeneralPage />
    </Named>,
    { path: '/p/$project/settings/general', at: `/p/${PROJECT_ID}/settings/general` },
  );
}

it('shows the name in the title, and a new one as soon as it is saved', async () => {
  await openGeneral();
  await waitFor(() => expect(document.title).toBe('General · Old Harbour'));
  const name = await screen.findByRole('textbox', { name: 'Workspace name' });
  await userEvent.clear(name);
  await userEvent.type(name, 'New Harbour');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(document.title).toBe('General · New Harbour'));
  expect(sent).toEqual([{ body: { name: 'New Harbour', concurrent_runs: null }, match: '"2"' }]);
});

it('refuses what makes no sense before it is sent', async () => {
  await openGeneral();
  await userEvent.clear(await screen.findByRole('textbox', { name: 'Workspace name' }));
  await userEvent.type(screen.getByRole('textbox', { name: 'Runs at once' }), '5');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('Enter a name.')).toBeVisible();
  expect(sent).toEqual([]);
});

it('says when somebody else has changed it meanwhile', async () => {
  server.use(
    http.patch(apiUrl('/settings/workspace'), () =>
      problem(412, { code: 'REVISION_MISMATCH', detail: 'Changed.' }),
    ),
  );
  await openGeneral();
  await userEvent.click(await screen.findByRole('button', { name: 'Save' }));
  expect(await screen.findByRole('alert')).toHaveTextContent(/changed/i);
});

it('greets with the name at sign-in, and keeps watching it afterwards', async () => {
  server.use(
    csrfHandler,
    http.get(apiUrl('/auth/status'), () => HttpResponse.json(anAuthStatus())),
    http.post(apiUrl('/auth/login'), () => HttpResponse.json(aUser())),
  );
  let signed = false;
  const { queryClient } = await renderAt(
    <Named>
      <LoginPage
        onSignedIn={() => {
          signed = true;
        }}
      />
    </Named>,
  );
  expect((await screen.findAllByText('Old Harbour'))[0]).toBeInTheDocument();
  expect(document.title).toBe('Sign in · Old Harbour');
  await userEvent.type(screen.getByLabelText('Email'), 'me@example.test');
  await userEvent.type(screen.getByLabelText('Password'), 'a long phrase');
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
  await waitFor(() => expect(signed).toBe(true));
  view = { ...view, name: 'New Harbour' };
  await queryClient.invalidateQueries({ queryKey: ['workspace'] });
  await waitFor(() => expect(document.title).toBe('Sign in · New Harbour'));
});
