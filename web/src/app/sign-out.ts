import type { QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/api';
import { isLeaving, meQuery } from '@/features/session';

/** The session is over: a new document at sign-in drops all that it had loaded, and comes back here. */
export function goToSignIn(): void {
  if (isLeaving()) return;
  const { pathname, search } = window.location;
  if (['/login', '/setup', '/enrol'].includes(pathname)) return;
  window.location.assign(`/login?next=${encodeURIComponent(pathname + search)}`);
}

/**
 * The server closed the line. Who is still signed in has other rights now: the page stays, with what was typed into it,
 * and asks anew for what it shows. Else they `leave`. Says whether the line may come back.
 */
export async function keepOrLeave(queryClient: QueryClient, leave: () => void): Promise<boolean> {
  if (isLeaving()) return false;
  try {
    const me = await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
    if (me && !me.factor_due) {
      void queryClient.invalidateQueries();
      return true;
    }
    leave();
    return false;
  } catch (error) {
    // A refusal leads to sign-in as that of any query does. Without an answer nothing is known: the line comes back, and
    // is closed again if it must be.
    return !(error instanceof ApiError && error.status === 401);
  }
}
