import { useSuspenseQuery } from '@tanstack/react-query';
import { notFound, useParams } from '@tanstack/react-router';
import type { Project, Role, User } from '@/api';
import { meQuery, projectsQuery } from './api';
import { homeProject } from './last-project';

const RANK: Record<Role, number> = { viewer: 0, developer: 1, admin: 2 };

function hasRole(role: Role, least: Role): boolean {
  return RANK[role] >= RANK[least];
}

/** The signed-in user; only below the routes that ask for one. */
export function useMe(): User {
  const { data } = useSuspenseQuery(meQuery);
  if (!data) throw new Error('useMe needs a signed-in user');
  return data;
}

/** Whether the page belongs to one project; the list of projects belongs to none. */
export function useInProject(): boolean {
  return useParams({ strict: false, select: ({ project }) => project !== undefined });
}

/** The project of the address; outside of all, the one to go back to. */
export function useProject(): Project {
  const id = useParams({ strict: false, select: ({ project }) => project });
  const { data } = useSuspenseQuery(projectsQuery);
  const project = id === undefined ? homeProject(data) : data.find((one) => one.id === id);
  // Taken away while it is open: as if it had never been there.
  if (!project) throw notFound();
  return project;
}

/** Whether the user may do what needs `least`, in the open project too; `admin` is of the whole server. */
export function useCan(least: Role): boolean {
  const me = useMe();
  const project = useProject();
  if (least === 'admin') return me.role === 'admin';
  // No role in a project that one may open means that an admin looks in from outside.
  return hasRole(me.role, least) && hasRole(project.my_role ?? me.role, least);
}
