import { HttpResponse, http } from 'msw';
import type { AuthStatus, Project, Role, User } from '@/api';
import { apiUrl, csrfHandler, page } from './server';

const SINCE = '2026-01-05T09:00:00Z';

export const PROJECT_ID = '01930000-0000-7000-8000-000000000001';

export function aUser(role: Role = 'admin'): User {
  return {
    id: 'user-1',
    email: 'me@example.test',
    name: 'Mo Aldous',
    role,
    created_at: SINCE,
    revision: 3,
    signed_in_by: 'password',
    has_password: true,
    factor_due: false,
  };
}

export function anAuthStatus(given: Partial<AuthStatus> = {}): AuthStatus {
  return {
    setup_required: false,
    signup_enabled: false,
    signed_in: false,
    version: '0.1.0',
    setup_token_required: false,
    sso: null,
    password: true,
    ...given,
  };
}

export function aProject(role: Role = 'admin'): Project {
  return {
    id: PROJECT_ID,
    name: 'Default',
    description: '',
    created_by: 'user-1',
    created_at: SINCE,
    updated_at: SINCE,
    revision: 1,
    member_count: 1,
    my_role: role,
  };
}

/** Somebody is signed in and has one project. */
export function signedIn(role: Role = 'admin') {
  return [
    csrfHandler,
    http.get(apiUrl('/auth/status'), () => HttpResponse.json(anAuthStatus({ signed_in: true }))),
    http.get(apiUrl('/auth/me'), () => HttpResponse.json(aUser(role))),
    http.get(apiUrl('/projects'), () => HttpResponse.json(page([aProject(role)]))),
  ];
}
