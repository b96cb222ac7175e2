import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';

/** Answers the calls of a test; a call that no handler knows fails the test. */
export const server = setupServer();

/** The address of a path below the API, for a handler. */
export function apiUrl(path: string): string {
  return `*/api/v1${path}`;
}

export function page<T>(data: T[]) {
  return { data, pagination: { next_cursor: null, has_more: false, total: data.length } };
}

export type ProblemBody = {
  code: string;
  detail: string;
  errors?: { field: string; message: string }[];
  current?: unknown;
};

export function problem(status: number, body: ProblemBody, headers: Record<string, string> = {}) {
  return HttpResponse.json(
    { type: 'about:blank', title: body.code, status, request_id: 'req_test', ...body },
    { status, headers: { 'Content-Type': 'application/problem+json', ...headers } },
  );
}

export const csrfHandler = http.get(apiUrl('/auth/csrf'), () =>
  HttpResponse.json({ csrf_token: 'token-1' }),
);
