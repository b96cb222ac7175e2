import { isLeaving } from '@/features/session';

/** The session is over: a new document at sign-in drops all that it had loaded, and comes back here. */
export function goToSignIn(): void {
  if (isLeaving()) return;
  const { pathname, search } = window.location;
  if (['/login', '/setup', '/enrol'].includes(pathname)) return;
  window.location.assign(`/login?next=${encodeURIComponent(pathname + search)}`);
}
