import type { QueryClient } from '@tanstack/react-query';
import { redirect } from '@tanstack/react-router';
import { ApiError, type Project, type User } from '@/api';
import { authStatusQuery, meQuery, projectsQuery } from '@/features/session';

/** The signed-in user, else first run, sign-in or a second factor first (which lead back to `href`). */
export async function requireUser(queryClient: QueryClient, href: string): Promise<User> {
  const me = await queryClient.ensureQueryData(meQuery);
  if (me?.factor_due) throw redirect({ to: '/enrol', search: leadingTo(href) });
  if (me) return me;
  const status = await queryClient.fetchQuery(authStatusQuery);
  if (status.setup_required) throw redirect({ to: '/setup' });
  throw redirect({ to: '/login', search: leadingTo(href) });
}

/** The projects of the signed-in user. A session that ends in this moment leads to sign-in, and not to an error. */
export async function requireProjects(queryClient: QueryClient, href: string): Promise<Project[]> {
  await requireUser(queryClient, href);
  try {
    return await queryClient.ensureQueryData(projectsQuery);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    // A new document: this one holds a person who is not signed in any more.
    throw redirect({ to: '/login', search: leadingTo(href), reloadDocument: true });
  }
}

function leadingTo(href: string): { next?: string } {
  return href === '/' ? {} : { next: href };
}

/** Only a path of this site: an address from elsewhere would send a person away after sign-in. */
export function localPath(next: string | undefined): string {
  if (!next?.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/';
  return next;
}
