import type { QueryClient } from '@tanstack/react-query';
import { redirect } from '@tanstack/react-router';
import type { User } from '@/api';
import { authStatusQuery, meQuery } from '@/features/session';

/** The signed-in user, else first run, sign-in or a second factor first (which lead back to `href`). */
export async function requireUser(queryClient: QueryClient, href: string): Promise<User> {
  const me = await queryClient.ensureQueryData(meQuery);
  if (me?.factor_due) throw redirect({ to: '/enrol', search: href === '/' ? {} : { next: href } });
  if (me) return me;
  const status = await queryClient.fetchQuery(authStatusQuery);
  if (status.setup_required) throw redirect({ to: '/setup' });
  throw redirect({ to: '/login', search: href === '/' ? {} : { next: href } });
}

/** Only a path of this site: an address from elsewhere would send a person away after sign-in. */
export function localPath(next: string | undefined): string {
  if (!next?.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/';
  return next;
}
