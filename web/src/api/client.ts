const PREFIX = '/api/v1';

export type FieldError = { field: string; message: string };

type Problem = {
  title?: string;
  detail?: string;
  code?: string;
  request_id?: string;
  errors?: FieldError[];
  current?: unknown;
};

/** A reply outside 2xx, or no reply at all (`code` is then `NETWORK`, `status` 0). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly requestId: string | null;
  /** One entry for each field the server refused; `field` is a dotted path. */
  readonly errors: FieldError[];
  /** Seconds to wait, from `Retry-After`. */
  readonly retryAfter: number | null;
  /** The resource as it is now, on 412 REVISION_STALE. */
  readonly current: unknown;

  constructor(status: number, problem: Problem, headers?: Headers) {
    super(problem.detail ?? problem.title ?? 'The server did not say what went wrong.');
    this.status = status;
    this.code = problem.code ?? (status === 0 ? 'NETWORK' : `HTTP_${status}`);
    this.requestId = problem.request_id ?? headers?.get('X-Request-ID') ?? null;
    this.errors = problem.errors ?? [];
    const wait = Number(headers?.get('Retry-After') ?? Number.NaN);
    this.retryAfter = Number.isFinite(wait) ? wait : null;
    this.current = problem.current;
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;

export type RequestOptions = {
  query?: Query;
  signal?: AbortSignal;
  /** Sent as `If-Match`; every PATCH needs the revision it was based on. */
  revision?: number;
  /** Makes a create safe to repeat. */
  idempotencyKey?: string;
  accept?: string;
};

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

let csrf: Promise<string> | null = null;

/** Forget the token: it belongs to the session, so sign-in and sign-out change it. */
export function resetCsrf(): void {
  csrf = null;
}

function csrfToken(): Promise<string> {
  csrf ??= send<{ csrf_token: string }>('GET', '/auth/csrf').then(
    (body) => body.csrf_token,
    (error: unknown) => {
      csrf = null;
      throw error;
    },
  );
  return csrf;
}

// Sign-in and first run happen before there is a session to bind a token to.
const WITHOUT_CSRF = new Set([
  '/auth/login',
  '/auth/setup',
  '/auth/invites/look',
  '/auth/invites/accept',
  '/auth/oidc/invite',
  '/auth/password-reset/request',
  '/auth/password-reset/confirm',
]);

export function toQuery(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(key, String(value));
  }
  const text = search.toString();
  return text ? `?${text}` : '';
}

async function parseProblem(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  if (typeof body !== 'object' || body === null) return { title: response.statusText };
  // A 412 may carry the bare resource instead of a problem document.
  if (response.status === 412 && !('code' in body))
    return { code: 'REVISION_STALE', current: body };
  return body;
}

const QUIET_MS = 60_000;
let touchedAt = Date.now();
for (const kind of ['pointerdown', 'keydown', 'wheel'])
  addEventListener(
    kind,
    () => {
      touchedAt = Date.now();
    },
    true,
  );

function headersFor(options: RequestOptions, hasBody: boolean, token?: string): Headers {
  const headers = new Headers({ Accept: options.accept ?? 'application/json' });
  // Polling, and what an event fetches anew, must not keep the session of somebody who left from ending as idle.
  if (Date.now() - touchedAt > QUIET_MS) headers.set('X-Background', '1');
  if (hasBody) headers.set('Content-Type', 'application/json');
  if (token) headers.set('X-CSRF-Token', token);
  if (options.revision !== undefined) headers.set('If-Match', `"${options.revision}"`);
  if (options.idempotencyKey) headers.set('Idempotency-Key', options.idempotencyKey);
  return headers;
}

async function exchange(
  method: Method,
  path: string,
  body?: unknown,
  options: RequestOptions = {},
  token?: string,
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`${PREFIX}${path}${toQuery(options.query)}`, {
      method,
      headers: headersFor(options, body !== undefined, token),
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: options.signal,
      credentials: 'same-origin',
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(0, {
      detail: 'The server cannot be reached. Check the connection and retry.',
    });
  }
  if (!response.ok)
    throw new ApiError(response.status, await parseProblem(response), response.headers);
  return response;
}

async function send<T>(...call: Parameters<typeof exchange>): Promise<T> {
  const response = await exchange(...call);
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}

async function withCsrf<T>(path: string, call: (token?: string) => Promise<T>): Promise<T> {
  if (WITHOUT_CSRF.has(path)) return call();
  const token = await csrfToken();
  try {
    return await call(token);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    resetCsrf();
    const fresh = await csrfToken();
    // The same token means that the role is what was refused, not the token.
    if (fresh === token) throw error;
    return call(fresh);
  }
}

function mutate<T>(
  method: Method,
  path: string,
  body?: unknown,
  options?: RequestOptions,
): Promise<T> {
  return withCsrf(path, (token) => send<T>(method, path, body, options, token));
}

/** Calls below `/api/v1`. Each throws {@link ApiError} on a refusal. */
export const api = {
  get: <T>(path: string, options?: RequestOptions) => send<T>('GET', path, undefined, options),
  post: <T>(path: string, body?: unknown, options?: RequestOptions) =>
    mutate<T>('POST', path, body, options),
  put: <T>(path: string, body?: unknown, options?: RequestOptions) =>
    mutate<T>('PUT', path, body, options),
  patch: <T>(path: string, body: unknown, options: RequestOptions & { revision: number }) =>
    mutate<T>('PATCH', path, body, options),
  delete: <T = void>(path: string, options?: RequestOptions, body?: unknown) =>
    mutate<T>('DELETE', path, body, options),
  /** A POST whose answer is a file. */
  file: (path: string, body: unknown) =>
    withCsrf(path, (token) => exchange('POST', path, body, { accept: '*/*' }, token)).then(
      (reply) => reply.blob(),
    ),
  /** A POST whose answer is read while it comes (Server-Sent Events). */
  stream: (path: string, body: unknown, options?: RequestOptions) =>
    withCsrf(path, (token) =>
      exchange('POST', path, body, { ...options, accept: 'text/event-stream' }, token),
    ),
};
