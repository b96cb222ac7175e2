import { createFileRoute, notFound, Outlet } from '@tanstack/react-router';
import { keepLastProject } from '@/features/session';
import { Shell } from '@/features/shell';
import { RealtimeProvider } from '@/realtime';
import { requireProjects } from './-guards';

export const Route = createFileRoute('/p/$project')({
  beforeLoad: async ({ context, location, params }) => {
    const projects = await requireProjects(context.queryClient, location.href);
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
