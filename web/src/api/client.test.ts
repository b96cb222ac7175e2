import { HttpResponse, http } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { apiUrl, csrfHandler, problem, server } from '@/testing/server';
import { ApiError, api, resetCsrf, toQuery } from './client';

beforeEach(resetCsrf);

async function refusal(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe('requests that change something', () => {
  it('carry the token of the session, fetched once', async () => {
    let fetched = 0;
    const seen: (string | null)[] = [];
    server.use(
      http.get(apiUrl('/auth/csrf'), () => {
        fetched += 1;
        return HttpResponse.json({ csrf_token: 'abc' });
      }),
      http.post(apiUrl('/agents'), ({ request }) => {
        seen.push(request.headers.get('X-CSRF-Token'));
        return HttpResponse.json({}, { status: 201 });
      }),
    );
    await api.post('/agents', {});
    await api.post('/agents', {});
    expect(seen).toEqual(['abc', 'abc']);
    expect(fetched).toBe(1);
  });

  it('fetch the token anew once when it was refused', async () => {
    let issued = 0;
    server.use(
      http.get(apiUrl('/auth/csrf'), () => {
        issued += 1;
        return HttpResponse.json({ csrf_token: `t${issued}` });
      }),
      http.delete(apiUrl('/agents/a'), ({ request }) =>
        request.headers.get('X-CSRF-Token') === 't2'
          ? new HttpResponse(null, { status: 204 })
          : problem(403, { code: 'FORBIDDEN', detail: 'The token is old.' }),
      ),
    );
    await expect(api.delete('/agents/a')).resolves.toBeUndefined();
  });

  it('are not repeated when the role is what was refused', async () => {
    let calls = 0;
    server.use(
      csrfHandler,
      http.post(apiUrl('/providers'), () => {
        calls += 1;
        return problem(403, { code: 'FORBIDDEN', detail: 'This needs an admin.' });
      }),
    );
    const error = await refusal(api.post('/providers', {}));
    expect(error.message).toBe('This needs an admin.');
    expect(calls).toBe(1);
  });

  it('name the revision they were based on', async () => {
    let match: string | null = null;
    server.use(
      csrfHandler,
      http.patch(apiUrl('/agents/a'), ({ request }) => {
        match = request.headers.get('If-Match');
        return HttpResponse.json({});
      }),
    );
    await api.patch('/agents/a', { name: 'B' }, { revision: 7 });
    expect(match).toBe('"7"');
  });
});

describe('requests while nobody touches the page', () => {
  afterEach(() => vi.restoreAllMocks());

  it('say so, and no more once somebody does', async () => {
    const seen: (string | null)[] = [];
    server.use(
      http.get(apiUrl('/agents'), ({ request }) => {
        seen.push(request.headers.get('X-Background'));
        return HttpResponse.json([]);
      }),
    );
    const now = Date.now();
    dispatchEvent(new Event('keydown'));
    await api.get('/agents');
    vi.spyOn(Date, 'now').mockReturnValue(now + 120_000);
    await api.get('/agents');
    dispatchEvent(new Event('pointerdown'));
    await api.get('/agents');
    expect(seen).toEqual([null, '1', null]);
  });
});

describe('refusals', () => {
  it('keep code, fields, request id and waiting time', async () => {
    const errors = [{ field: 'name', message: 'Too long.' }];
    server.use(
      http.get(apiUrl('/agents'), () =>
        problem(
          429,
          { code: 'RATE_LIMITED', detail: 'Slow down.', errors },
          { 'Retry-After': '8' },
        ),
      ),
    );
    const error = await refusal(api.get('/agents'));
    expect(error).toMatchObject({
      status: 429,
      code: 'RATE_LIMITED',
      requestId: 'req_test',
      errors,
    });
    expect(error.retryAfter).toBe(8);
  });

  it.each([
    ['inside the problem', { code: 'REVISION_STALE', current: { revision: 9 } }],
    ['as the bare resource', { revision: 9 }],
  ])('of a stale revision give the resource as it is now, %s', async (_where, body) => {
    server.use(
      csrfHandler,
      http.patch(apiUrl('/agents/a'), () => HttpResponse.json(body, { status: 412 })),
    );
    const error = await refusal(api.patch('/agents/a', {}, { revision: 1 }));
    expect(error.code).toBe('REVISION_STALE');
    expect(error.current).toEqual({ revision: 9 });
  });

  it('without an answer are NETWORK', async () => {
    server.use(http.get(apiUrl('/agents'), () => HttpResponse.error()));
    expect(await refusal(api.get('/agents'))).toMatchObject({ status: 0, code: 'NETWORK' });
  });

  it('that are no problem document still are refusals', async () => {
    server.use(
      http.get(apiUrl('/agents'), () => new HttpResponse('<h1>Bad gateway</h1>', { status: 502 })),
    );
    expect(await refusal(api.get('/agents'))).toMatchObject({ status: 502, code: 'HTTP_502' });
  });
});

it('leaves empty values out of the address', () => {
  expect(toQuery({ q: '', status: undefined, cursor: null, limit: 50 })).toBe('?limit=50');
  expect(toQuery()).toBe('');
});
