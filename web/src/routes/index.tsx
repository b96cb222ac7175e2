import { createFileRoute, redirect } from '@tanstack/react-router';
import { homeProject, projectsQuery } from '@/features/session';
import { requireUser } from './-guards';

export const Route = createFileRoute('/')({
  beforeLoad: async ({ context, location }) => {
    await requireUser(context.queryClient, location.href);
    const projects = await context.queryClient.ensureQueryData(projectsQuery);
    const home = homeProject(projects);
    if (!home) throw redirect({ to: '/projects' });
    throw redirect({ to: '/p/$project', params: { project: home.id } });
  },
});
