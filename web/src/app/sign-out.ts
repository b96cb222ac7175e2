/** The session is over: a new document at sign-in drops all that it had loaded, and comes back here. */
export function goToSignIn(): void {
  const { pathname, search } = window.location;
  if (['/login', '/setup', '/enrol'].includes(pathname)) return;
  window.location.assign(`/login?next=${encodeURIComponent(pathname + search)}`);
}
