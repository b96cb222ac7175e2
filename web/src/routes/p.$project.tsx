import { createFileRoute, notFound, Outlet } from '@tanstack/react-router';
import { keepLastProject, projectsQuery } from '@/features/session';
import { Shell } from '@/features/shell';
import { RealtimeProvider } from '@/realtime';
import { requireUser } from './-guards';

export const Route = createFileRoute('/p/$project')({
  beforeLoad: async ({ context, location, params }) => {
    await requireUser(context.queryClient, location.href);
    const projects = await context.queryClient.ensureQueryData(projectsQuery);
    if (!projects.some(({ id }) => id === params.project)) throw notFound();
    keepLastProject(params.project);
  },
  component: function Project() {
    const { realtime } = Route.useRouteContext();
    return (
      <RealtimeProvider realtime={realtime}>
        <Shell>
          <Outlet />
        </Shell>
      </RealtimeProvider>
    );
  },
});
