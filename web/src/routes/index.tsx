import { createFileRoute, redirect } from '@tanstack/react-router';
import { homeProject } from '@/features/session';
import { requireProjects } from './-guards';

export const Route = createFileRoute('/')({
  beforeLoad: async ({ context, location }) => {
    const projects = await requireProjects(context.queryClient, location.href);
    const home = homeProject(projects);
    if (!home) throw redirect({ to: '/projects' });
    throw redirect({ to: '/p/$project', params: { project: home.id } });
  },
});
