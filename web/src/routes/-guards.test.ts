import { QueryClient } from '@tanstack/react-query';
import { isRedirect } from '@tanstack/react-router';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import { apiUrl, problem, server } from '@/testing/server';
import { anAuthStatus, aUser, signedIn } from '@/testing/session';
import { localPath, requireProjects, requireUser } from './-guards';

describe('requireUser', () => {
  const queryClient = () => new QueryClient({ defaultOptions: { queries: { retry: false } } });

  async function target(href: string, setupRequired: boolean) {
    server.use(
      http.get(apiUrl('/auth/status'), () =>
        HttpResponse.json(anAuthStatus({ setup_required: setupRequired })),
      ),
    );
    const thrown = await requireUser(queryClient(), href).catch((reason: unknown) => reason);
    if (!isRedirect(thrown)) throw new Error('no redirect');
    return thrown.options;
  }

  it('gives the user who is signed in', async () => {
    server.use(...signedIn('viewer'));
    await expect(requireUser(queryClient(), '/')).resolves.toEqual(aUser('viewer'));
  });

  it('leads to the second factor that is required first, and remembers the page', async () => {
    server.use(
      http.get(apiUrl('/auth/me'), () =>
        HttpResponse.json({ ...aUser('viewer'), factor_due: true }),
      ),
      ...signedIn('viewer'),
    );
    const thrown = await requireUser(queryClient(), '/p/x/runs').catch((reason: unknown) => reason);
    if (!isRedirect(thrown)) throw new Error('no redirect');
    expect(thrown.options).toMatchObject({ to: '/enrol', search: { next: '/p/x/runs' } });
  });

  it('leads to sign-in and remembers the page', async () => {
    expect(await target('/p/x/runs', false)).toMatchObject({
      to: '/login',
      search: { next: '/p/x/runs' },
    });
  });

  it('leads to sign-in when the session ends between the person and their projects', async () => {
    server.use(
      http.get(apiUrl('/projects'), () => problem(401, { code: 'UNAUTHORIZED', detail: 'No.' })),
      ...signedIn('viewer'),
    );
    const asked = requireProjects(queryClient(), '/p/x/runs');
    const thrown = await asked.catch((reason: unknown) => reason);
    if (!isRedirect(thrown)) throw new Error('no redirect');
    expect(thrown.options).toMatchObject({ to: '/login', reloadDocument: true });
  });

  it('leads to first run while there is no user', async () => {
    expect(await target('/p/x/runs', true)).toMatchObject({ to: '/setup' });
  });
});

it.each([
  ['/p/x/runs?q=a', '/p/x/runs?q=a'],
  [undefined, '/'],
  ['https://elsewhere.test', '/'],
  ['//elsewhere.test', '/'],
  ['/\\elsewhere.test', '/'],
  ['javascript:alert(1)', '/'],
])('after sign-in %s leads to %s', (next, path) => {
  expect(localPath(next)).toBe(path);
});
