import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { meQuery } from '@/features/session';
import { apiUrl, problem, server } from '@/testing/server';
import { aUser, signedIn } from '@/testing/session';
import { createQueryClient } from './query-client';
import { keepOrLeave } from './sign-out';

describe('after the server has closed the line', () => {
  const onSignedOut = vi.fn();
  const leave = vi.fn();

  beforeEach(() => {
    onSignedOut.mockReset();
    leave.mockReset();
  });

  function opened() {
    const client = createQueryClient(onSignedOut);
    client.setQueryData(meQuery.queryKey, aUser('developer'));
    client.setQueryData(['agents'], []);
    return client;
  }

  it('stays, knows the new role and asks for everything anew', async () => {
    server.use(...signedIn('viewer'));
    const client = opened();
    await expect(keepOrLeave(client, leave)).resolves.toBe(true);
    expect(client.getQueryData(meQuery.queryKey)).toEqual(aUser('viewer'));
    expect(client.getQueryState(['agents'])?.isInvalidated).toBe(true);
    expect(onSignedOut).not.toHaveBeenCalled();
  });

  it('leads to sign-in when the session is over, and shows the person until then', async () => {
    server.use(
      http.get(apiUrl('/auth/me'), () => problem(401, { code: 'UNAUTHORIZED', detail: 'No.' })),
    );
    const client = opened();
    await expect(keepOrLeave(client, leave)).resolves.toBe(false);
    expect(onSignedOut).toHaveBeenCalled();
    expect(client.getQueryData(meQuery.queryKey)).toEqual(aUser('developer'));
  });

  it('leads to the second factor that is asked for from now on', async () => {
    server.use(
      http.get(apiUrl('/auth/me'), () =>
        HttpResponse.json({ ...aUser('developer'), factor_due: true }),
      ),
    );
    await expect(keepOrLeave(opened(), leave)).resolves.toBe(false);
    expect(leave).toHaveBeenCalledOnce();
  });

  it('tries the line again while the server does not answer', async () => {
    server.use(
      http.get(apiUrl('/auth/me'), () => problem(403, { code: 'FORBIDDEN', detail: 'Not now.' })),
    );
    await expect(keepOrLeave(opened(), leave)).resolves.toBe(true);
    expect(onSignedOut).not.toHaveBeenCalled();
  });
});
