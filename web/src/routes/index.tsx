import { createFileRoute, redirect } from '@tanstack/react-router';
import { projectsQuery } from '@/features/session';
import { requireUser } from './-guards';

export const Route = createFileRoute('/')({
  beforeLoad: async ({ context, location }) => {
    await requireUser(context.queryClient, location.href);
    const projects = await context.queryClient.ensureQueryData(projectsQuery);
    const first = projects.find(({ my_role }) => my_role !== null);
    if (!first) throw redirect({ to: '/projects' });
    throw redirect({ to: '/p/$project', params: { project: first.id } });
  },
});
