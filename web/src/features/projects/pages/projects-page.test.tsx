import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it } from 'vitest';
import type { Project, Role } from '@/api';
import { fakeRealtime } from '@/testing/realtime';
import { renderAt } from '@/testing/render';
import { apiUrl, csrfHandler, page, problem, server } from '@/testing/server';
import { anAuthStatus, aProject, aUser } from '@/testing/session';
import { ProjectsPage } from './projects-page';

let projects: Project[];
let bin: Project[];
let sent: unknown[];

beforeEach(() => {
  projects = [{ ...aProject(), id: 'p2', name: 'Second', member_count: 3 }, aProject()];
  bin = [];
  sent = [];
});

function serve(role: Role) {
  server.use(
    csrfHandler,
    http.get(apiUrl('/auth/me'), () => HttpResponse.json(aUser(role))),
    http.get(apiUrl('/auth/status'), () => HttpResponse.json(anAuthStatus({ signed_in: true }))),
    http.get(apiUrl('/projects'), ({ request }) =>
      HttpResponse.json(page(new URL(request.url).searchParams.has('deleted') ? bin : projects)),
    ),
    http.post(apiUrl('/projects'), async ({ request }) => {
      const body = (await request.json()) as Partial<Project>;
      sent.push(body);
      projects = [{ ...aProject(), id: 'p3', ...body }, ...projects];
      return HttpResponse.json(projects[0], { status: 201 });
    }),
    http.patch(apiUrl('/projects/:id'), async ({ request }) => {
      sent.push(await request.json());
      return problem(412, { code: 'REVISION_STALE', detail: 'Somebody else was faster.' });
    }),
    http.delete(apiUrl('/projects/:id'), ({ params }) => {
      bin = [...bin, ...projects.filter(({ id }) => id === params.id)];
      projects = projects.filter(({ id }) => id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
    http.post(apiUrl('/projects/:id/restore'), ({ params }) => {
      projects = [...projects, ...bin.filter(({ id }) => id === params.id)];
      bin = bin.filter(({ id }) => id !== params.id);
      return HttpResponse.json(projects.at(-1));
    }),
    http.put(apiUrl('/projects/:id/members/:user'), async ({ params, request }) => {
      sent.push([params.user, await request.json()]);
      projects = projects.map((one) => (one.id === params.id ? { ...one, my_role: 'admin' } : one));
      return HttpResponse.json({ user_id: params.user });
    }),
  );
}

function openPage(role: Role = 'admin') {
  serve(role);
  return renderAt(fakeRealtime().wrap(<ProjectsPage />), { path: '/projects' });
}

const list = (name = 'Projects') => screen.findByRole('list', { name });

async function choose(action: string) {
  await userEvent.click(await screen.findByRole('button', { name: 'Actions for Second' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: action }));
}

it('lists projects with members and one’s role', async () => {
  await openPage();
  expect(await list()).toHaveTextContent('Second3 members');
  expect(screen.getByRole('link', { name: 'Open Second' })).toHaveAttribute('href', '/p/p2');
  expect(screen.queryByRole('list', { name: 'Deleted' })).toBeNull();
});

it('makes a project', async () => {
  await openPage();
  await userEvent.click(await screen.findByRole('button', { name: 'New project' }));
  await userEvent.click(screen.getByRole('button', { name: 'Create project' }));
  expect(await screen.findByText('Enter a name.')).toBeVisible();
  await userEvent.type(screen.getByLabelText('Name'), 'Third');
  await userEvent.click(screen.getByRole('button', { name: 'Create project' }));
  await waitFor(async () => expect(await list()).toHaveTextContent('Third'));
  expect(sent).toEqual([{ name: 'Third', description: '' }]);
});

it('says when a project was changed elsewhere', async () => {
  await openPage();
  await choose('Rename');
  await userEvent.type(await screen.findByLabelText('Name'), ' one');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText(/changed elsewhere/)).toBeVisible();
  expect(sent).toEqual([{ name: 'Second one', description: '' }]);
});

it('deletes a project into the bin, from which it comes back', async () => {
  await openPage();
  await choose('Delete');
  expect(await screen.findByText('Second deleted')).toBeVisible();
  expect(await list('Deleted')).toHaveTextContent('Second');
  await userEvent.click(screen.getByRole('button', { name: 'Restore Second' }));
  expect(await screen.findByText('Second is back')).toBeVisible();
  await waitFor(() => expect(screen.queryByRole('list', { name: 'Deleted' })).toBeNull());
  expect(await list()).toHaveTextContent('Second');
});

it('says so when a project cannot be brought back', async () => {
  bin = [{ ...aProject(), id: 'p9', name: 'Old' }];
  await openPage();
  server.use(
    http.post(apiUrl('/projects/:id/restore'), () =>
      problem(404, { code: 'RESOURCE_NOT_FOUND', detail: 'No such deleted project.' }),
    ),
  );
  await userEvent.click(await screen.findByRole('button', { name: 'Restore Old' }));
  expect(await screen.findByText('The project could not be brought back.')).toBeVisible();
});

it('lets an admin add themselves to a project from outside, after a question', async () => {
  projects = [{ ...aProject(), id: 'p2', name: 'Second', my_role: null }];
  await openPage();
  await userEvent.click(await screen.findByRole('button', { name: 'Add yourself' }));
  expect(screen.queryByRole('link', { name: 'Open Second' })).toBeNull();
  const question = await screen.findByRole('dialog', { name: 'Add yourself to Second?' });
  await userEvent.click(within(question).getByRole('button', { name: 'Add yourself' }));
  expect(await screen.findByText('You are now an admin of Second')).toBeVisible();
  expect(sent).toEqual([['user-1', { role: 'admin' }]]);
});

it('gives a viewer nothing to change and asks for no bin', async () => {
  projects = [{ ...aProject('viewer'), id: 'p2', name: 'Second' }];
  bin = [{ ...aProject(), id: 'p9', name: 'Old' }];
  await openPage('viewer');
  await list();
  expect(screen.queryByRole('button', { name: 'New project' })).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Actions for Second' }));
  expect((await screen.findAllByRole('menuitem')).map((item) => item.textContent)).toEqual([
    'Members',
  ]);
  expect(screen.queryByRole('list', { name: 'Deleted' })).toBeNull();
});

it('says what to do for somebody in no project', async () => {
  projects = [];
  await openPage('developer');
  expect(await screen.findByText('You are in no project')).toBeVisible();
});
