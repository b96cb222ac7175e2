import { createFileRoute } from '@tanstack/react-router';
import { ProjectsPage } from '@/features/projects';
import { requireUser } from './-guards';

export const Route = createFileRoute('/projects')({
  beforeLoad: ({ context, location }) =>
    requireUser(context.queryClient, location.href).then(() => undefined),
  component: ProjectsPage,
});
