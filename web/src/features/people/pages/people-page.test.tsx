import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it } from 'vitest';
import type { Account, Invite, OwnedCount, SessionView } from '@/api';
import { fakeRealtime } from '@/testing/realtime';
import { renderAt } from '@/testing/render';
import { apiUrl, page, problem, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { PeoplePage, parsePeopleSearch } from './people-page';

const AT = '2026-11-01T09:00:00Z';

function anAccount(change: Partial<Account> = {}): Account {
  return {
    id: 'user-2',
    email: 'dana@example.test',
    name: 'Dana',
    role: 'developer',
    status: 'active',
    created_at: AT,
    last_seen_at: AT,
    second_factor: false,
    revision: 4,
    ...change,
  };
}

function aSession(id: string, user_agent: string): SessionView {
  return {
    id,
    user_agent,
    address: '10.0.0.7',
    created_at: AT,
    last_used_at: AT,
    expires_at: AT,
    method: 'password',
    current: false,
  };
}

const invite: Invite = {
  id: 'invite-1',
  email: 'nora@example.test',
  name: null,
  role: 'viewer',
  projects: [],
  invited_by: 'Mo Aldous',
  created_at: AT,
  expires_at: '2030-01-01T00:00:00Z',
  status: 'open',
};

let people: Account[];
let sessions: SessionView[];
let invites: Invite[];
let owned: OwnedCount[];
let asked: URLSearchParams[];
let writes: [string, unknown?][];
let line: ReturnType<typeof fakeRealtime>;

beforeEach(() => {
  people = [anAccount(), anAccount({ id: 'user-1', name: 'Mo Aldous', role: 'admin' })];
  sessions = [aSession('s1', 'Firefox/1 (X11; Linux)'), aSession('s2', 'Safari/1 (iPhone)')];
  invites = [invite];
  owned = [];
  asked = [];
  writes = [];
  const done = () => new HttpResponse(null, { status: 204 });
  server.use(
    ...signedIn('admin'),
    http.get(apiUrl('/users/invites'), () => HttpResponse.json(page(invites))),
    http.post(apiUrl('/users/invites'), async ({ request }) => {
      const body = (await request.json()) as Partial<Invite>;
      writes.push(['invite', body]);
      invites = [{ ...invite, ...body, id: 'invite-2' }, ...invites];
      return HttpResponse.json({ invite: invites[0], token: 'secret-token' }, { status: 201 });
    }),
    http.delete(apiUrl('/users/invites/:id'), ({ params }) => {
      invites = invites.filter(({ id }) => id !== params.id);
      return done();
    }),
    http.get(apiUrl('/users'), ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return HttpResponse.json(page(people));
    }),
    http.get(apiUrl('/users/:id'), ({ params }) =>
      params.id === 'far'
        ? HttpResponse.json(anAccount({ id: 'far', name: 'Far down' }))
        : problem(404, { code: 'RESOURCE_NOT_FOUND', detail: 'No such person.' }),
    ),
    http.get(apiUrl('/users/:id/sessions'), () => HttpResponse.json(page(sessions))),
    http.delete(apiUrl('/users/:id/sessions/:session'), ({ params }) => {
      sessions = sessions.filter(({ id }) => id !== params.session);
      return done();
    }),
    http.delete(apiUrl('/users/:id/sessions'), () => {
      const ended = sessions.length;
      sessions = [];
      return HttpResponse.json({ ended });
    }),
    http.delete(apiUrl('/users/:id/second-factor'), ({ params }) => {
      people = people.map((one) => (one.id === params.id ? { ...one, second_factor: false } : one));
      return done();
    }),
    http.patch(apiUrl('/users/:id'), async ({ request }) => {
      writes.push(['patch', await request.json()]);
      return problem(412, { code: 'REVISION_STALE', detail: 'Somebody else was faster.' });
    }),
    http.post(apiUrl('/users/:id/deactivate'), ({ params }) => {
      people = people.map((one) =>
        one.id === params.id ? { ...one, status: 'deactivated' } : one,
      );
      return HttpResponse.json(people.find(({ id }) => id === params.id));
    }),
    http.get(apiUrl('/users/:id/owned'), () => HttpResponse.json({ kinds: owned })),
    http.delete(apiUrl('/users/:id'), async ({ params, request }) => {
      writes.push(['delete', await request.json()]);
      people = people.filter(({ id }) => id !== params.id);
      return done();
    }),
  );
});

function openPage(search = '') {
  line = fakeRealtime();
  return renderAt(line.wrap(<PeoplePage />), {
    path: '/p/$project/settings/people',
    at: `/p/${PROJECT_ID}/settings/people${search}`,
    parseSearch: (raw) => ({ ...parsePeopleSearch(raw) }),
  });
}

const click = async (name: string, within_?: HTMLElement) =>
  userEvent.click(await (within_ ? within(within_) : screen).findByRole('button', { name }));

it('lists people with role and status, and who was invited', async () => {
  people = [...people, anAccount({ id: 'user-3', name: 'Gone', status: 'deactivated' })];
  await openPage();
  const table = await screen.findByRole('table', { name: 'People and roles' });
  expect(await within(table).findByRole('link', { name: /Dana/ })).toBeVisible();
  expect(table).toHaveTextContent('Deactivated');
  expect(await screen.findByText('nora@example.test')).toBeVisible();
});

it('shows who joined as soon as the notification of it comes', async () => {
  await openPage();
  expect(await screen.findByText('nora@example.test')).toBeVisible();
  people = [anAccount({ id: 'user-4', name: 'Nora' }), ...people];
  invites = [];
  await line.emit({ channel: 'notifications', topic: 'user-1', type: 'created', payload: {} });
  expect(await screen.findByRole('link', { name: /Nora/ })).toBeVisible();
  await waitFor(() => expect(screen.queryByText('nora@example.test')).toBeNull());
});

it('asks the server for what the filters say', async () => {
  await openPage('?role=viewer&status=deactivated');
  await userEvent.type(await screen.findByRole('searchbox', { name: 'Search people' }), 'da');
  await waitFor(() =>
    expect(Object.fromEntries(asked.at(-1) ?? [])).toMatchObject({
      q: 'da',
      role: 'viewer',
      status: 'deactivated',
    }),
  );
});

it('makes an invite and shows its link once', async () => {
  await openPage();
  await click('Invite person');
  await click('Make invite link');
  expect(await screen.findByText('Enter an email address.')).toBeVisible();
  await userEvent.type(screen.getByLabelText('Email'), 'new@example.test');
  await click('Make invite link');
  const shown = await screen.findByRole('dialog', { name: 'Invite for new@example.test' });
  expect(within(shown).getByLabelText('Invite link')).toHaveValue(
    `${window.location.origin}/invite#secret-token`,
  );
  expect(writes).toEqual([
    [
      'invite',
      {
        email: 'new@example.test',
        role: 'developer',
        projects: [{ project_id: PROJECT_ID, role: 'developer' }],
      },
    ],
  ]);
  await click('Done', shown);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(await screen.findByText('new@example.test')).toBeVisible();
});

it('revokes an invite', async () => {
  await openPage();
  await click('Actions for the invite to nora@example.test');
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Revoke invite' }));
  expect(await screen.findByText('Invite to nora@example.test revoked')).toBeVisible();
  await waitFor(() => expect(screen.queryByText('nora@example.test')).toBeNull());
});

it('shows where a person is signed in and ends one session, then all after a question', async () => {
  await openPage('?person=user-2');
  await click('Sign out Firefox on Linux');
  await waitFor(() => expect(screen.queryByText('Firefox on Linux')).toBeNull());
  expect(screen.getByText('Safari on iOS')).toBeVisible();
  await click('Sign out everywhere');
  const question = await screen.findByRole('dialog', { name: 'Sign Dana out everywhere?' });
  expect(sessions).toHaveLength(1);
  await click('Sign out everywhere', question);
  expect(await screen.findByText('Dana is signed out of 1 session')).toBeVisible();
  expect(await screen.findByText('Signed in nowhere.')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Sign out everywhere' })).toBeNull();
});

it('resets the second factor of whoever has one, after a question', async () => {
  people = [anAccount({ second_factor: true })];
  await openPage('?person=user-2');
  await click('Reset second factor');
  const question = await screen.findByRole('dialog', { name: 'Reset the second factor of Dana?' });
  expect(people[0]?.second_factor).toBe(true);
  await click('Reset second factor', question);
  expect(await screen.findByText(/signs in without a second factor now/)).toBeVisible();
  await waitFor(() =>
    expect(screen.queryByRole('button', { name: 'Reset second factor' })).toBeNull(),
  );
});

it('offers nothing against oneself', async () => {
  people = [anAccount({ id: 'user-1', name: 'Mo Aldous', role: 'admin', second_factor: true })];
  await openPage('?person=user-1');
  const sheet = await screen.findByRole('dialog', { name: 'Mo Aldous' });
  expect(within(sheet).getByRole('combobox', { name: 'Role' })).toBeDisabled();
  for (const name of [
    'Delete person',
    'Deactivate',
    'Sign out everywhere',
    'Reset second factor',
  ]) {
    expect(within(sheet).queryByRole('button', { name })).toBeNull();
  }
});

it('says when an account was changed elsewhere', async () => {
  await openPage('?person=user-2');
  const sheet = await screen.findByRole('dialog', { name: 'Dana' });
  await userEvent.click(within(sheet).getByRole('combobox', { name: 'Role' }));
  await userEvent.click(await screen.findByRole('option', { name: /^Viewer/ }));
  expect(await screen.findByText(/changed elsewhere/)).toBeVisible();
  expect(writes).toEqual([['patch', { role: 'viewer' }]]);
});

it('deactivates after a question', async () => {
  await openPage('?person=user-2');
  await click('Deactivate');
  const question = await screen.findByRole('dialog', { name: 'Deactivate Dana?' });
  await click('Deactivate', question);
  expect(await screen.findByText('Dana was signed out and cannot come in')).toBeVisible();
  expect(await screen.findByRole('button', { name: 'Reactivate' })).toBeVisible();
});

it('says what a person owns and deletes them only with somebody who takes it over', async () => {
  owned = [
    { kind: 'agents', count: 2, private: false },
    { kind: 'private_conversations', count: 1, private: true },
  ];
  await openPage('?person=user-2');
  await click('Delete person');
  const question = await screen.findByRole('dialog', { name: 'Delete Dana?' });
  expect(await within(question).findByText('2 agents')).toBeVisible();
  expect(within(question).getByText('1 private conversation')).toBeVisible();
  await click('Delete person', question);
  expect(await screen.findByText('Choose who takes over what they own.')).toBeVisible();
  await userEvent.click(within(question).getByRole('combobox', { name: 'Who takes over' }));
  await userEvent.click(await screen.findByRole('option', { name: /Mo Aldous/ }));
  await click('Delete person', question);
  expect(await screen.findByText('Dana deleted')).toBeVisible();
  expect(writes).toEqual([['delete', { reassign_to: 'user-1', private: 'delete' }]]);
});

it('says that the list cannot be had and offers to try again', async () => {
  server.use(
    http.get(apiUrl('/users'), () =>
      problem(503, { code: 'DATABASE_BUSY', detail: 'The database is busy.' }),
    ),
  );
  await openPage();
  expect(await screen.findByText(/People could not be loaded/)).toBeVisible();
});

it('opens a person who is not in the part of the list that is loaded', async () => {
  await openPage('?person=far');
  expect(await screen.findByRole('dialog', { name: /Far down/ })).toBeVisible();
});

it('says when the person of the address is no more', async () => {
  await openPage('?person=gone');
  const alert = await screen.findByText(/The person could not be opened/);
  expect(alert.parentElement).toHaveTextContent('No such person.');
});
