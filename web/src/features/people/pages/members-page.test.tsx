import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it } from 'vitest';
import type { ProjectMember, Role } from '@/api';
import { fakeRealtime } from '@/testing/realtime';
import { renderAt } from '@/testing/render';
import { apiUrl, page, problem, server } from '@/testing/server';
import { aProject, PROJECT_ID, signedIn } from '@/testing/session';
import { MembersPage } from './members-page';

function aMember(user_id: string, name: string, role: Role): ProjectMember {
  return {
    user_id,
    name,
    email: `${user_id}@example.test`,
    role,
    added_at: '2026-11-01T09:00:00Z',
    active: true,
  };
}

let members: ProjectMember[];
let puts: [string, unknown][];

beforeEach(() => {
  members = [aMember('user-2', 'Dana', 'developer'), aMember('user-1', 'Mo Aldous', 'admin')];
  puts = [];
  server.use(
    http.get(apiUrl('/projects/:id/members'), () => HttpResponse.json(page(members))),
    http.put(apiUrl('/projects/:id/members/:user'), async ({ params, request }) => {
      const body = (await request.json()) as { role: Role };
      puts.push([String(params.user), body]);
      const changed = aMember(String(params.user), 'Dana', body.role);
      members = [...members.filter(({ user_id }) => user_id !== params.user), changed];
      return HttpResponse.json(changed);
    }),
    http.delete(apiUrl('/projects/:id/members/:user'), ({ params }) => {
      members = members.filter(({ user_id }) => user_id !== params.user);
      return new HttpResponse(null, { status: 204 });
    }),
    http.get(apiUrl('/users'), () =>
      HttpResponse.json(
        page([
          { id: 'user-2', name: 'Dana', email: 'dana@example.test' },
          { id: 'user-3', name: 'Nora', email: 'nora@example.test' },
        ]),
      ),
    ),
  );
});

function openPage(role: Role | null = 'admin') {
  server.use(...signedIn(role ?? 'admin'));
  if (role === null) {
    server.use(
      http.get(apiUrl('/projects'), () =>
        HttpResponse.json(page([{ ...aProject(), my_role: null }])),
      ),
    );
  }
  return renderAt(fakeRealtime().wrap(<MembersPage />), {
    path: '/p/$project/settings/members',
    at: `/p/${PROJECT_ID}/settings/members`,
  });
}

const list = () => screen.findByRole('list', { name: 'Members' });

it('changes a role', async () => {
  await openPage();
  await userEvent.click(await screen.findByRole('combobox', { name: 'Role of Dana' }));
  await userEvent.click(await screen.findByRole('option', { name: 'Viewer' }));
  await waitFor(() => expect(puts).toEqual([['user-2', { role: 'viewer' }]]));
  expect(await screen.findByRole('combobox', { name: 'Role of Dana' })).toHaveTextContent('Viewer');
});

it('adds only somebody who is not yet in it', async () => {
  await openPage();
  await within(await list()).findByText('Dana');
  await userEvent.click(screen.getByRole('button', { name: 'Add member' }));
  const dialog = await screen.findByRole('dialog', { name: 'Add member' });
  await userEvent.click(within(dialog).getByRole('button', { name: 'Add member' }));
  expect(await within(dialog).findByText('Choose a person.')).toBeVisible();
  await userEvent.click(within(dialog).getByRole('combobox', { name: 'Person' }));
  expect(await screen.findByRole('option', { name: /Nora/ })).toBeVisible();
  expect(screen.queryByRole('option', { name: /Dana/ })).toBeNull();
  await userEvent.click(screen.getByRole('option', { name: /Nora/ }));
  await userEvent.click(within(dialog).getByRole('button', { name: 'Add member' }));
  await waitFor(() => expect(puts).toEqual([['user-3', { role: 'developer' }]]));
});

it('removes a member after a question', async () => {
  await openPage();
  await userEvent.click(await screen.findByRole('button', { name: 'Remove Dana' }));
  const question = await screen.findByRole('dialog', { name: 'Remove Dana from this project?' });
  await userEvent.click(within(question).getByRole('button', { name: 'Remove member' }));
  await waitFor(async () => expect(await list()).not.toHaveTextContent('Dana'));
});

it('gives those who do not manage it the list, and the way out', async () => {
  members = [aMember('user-2', 'Dana', 'admin'), aMember('user-1', 'Mo Aldous', 'developer')];
  await openPage('developer');
  expect(await list()).toHaveTextContent('Dana');
  expect(screen.queryByRole('button', { name: 'Add member' })).toBeNull();
  expect(screen.queryByRole('button', { name: 'Remove Dana' })).toBeNull();
  expect(screen.queryByRole('combobox')).toBeNull();
  expect(screen.getByRole('button', { name: 'Leave project' })).toBeVisible();
});

it('lets an admin from outside add themselves', async () => {
  members = [aMember('user-2', 'Dana', 'admin')];
  await openPage(null);
  await userEvent.click(await screen.findByRole('button', { name: 'Add yourself' }));
  await waitFor(() => expect(puts).toEqual([['user-1', { role: 'admin' }]]));
});

it('says that the last admin stays', async () => {
  server.use(
    http.delete(apiUrl('/projects/:id/members/:user'), () =>
      problem(409, { code: 'CONFLICT', detail: 'A project keeps an admin.' }),
    ),
  );
  await openPage();
  await userEvent.click(await screen.findByRole('button', { name: 'Leave project' }));
  const question = await screen.findByRole('dialog', { name: 'Leave this project?' });
  await userEvent.click(within(question).getByRole('button', { name: 'Leave project' }));
  expect(await screen.findByText(/A project keeps an admin/)).toBeVisible();
});
