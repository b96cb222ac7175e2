import { useSuspenseQuery } from '@tanstack/react-query';
import { createFileRoute } from '@tanstack/react-router';
import { OutsideFrame, ProjectsPage } from '@/features/projects';
import { homeProject, projectsQuery } from '@/features/session';
import { Shell } from '@/features/shell';
import { RealtimeProvider } from '@/realtime';
import { requireProjects } from './-guards';

export const Route = createFileRoute('/projects')({
  beforeLoad: async ({ context, location }) => {
    await requireProjects(context.queryClient, location.href);
  },
  component: function Projects() {
    const { realtime } = Route.useRouteContext();
    const { data } = useSuspenseQuery(projectsQuery);
    const Frame = homeProject(data) ? Shell : OutsideFrame;
    return (
      <RealtimeProvider realtime={realtime}>
        <Frame>
          <ProjectsPage />
        </Frame>
      </RealtimeProvider>
    );
  },
});
