import { createFileRoute, redirect } from '@tanstack/react-router';
import { projectsQuery } from '@/features/session';
import { requireUser } from './-guards';

export const Route = createFileRoute('/')({
  beforeLoad: async ({ context, location }) => {
    await requireUser(context.queryClient, location.href);
    const [first] = await context.queryClient.ensureQueryData(projectsQuery);
    if (!first) throw new Error('You are in no project. Ask an admin to add you to one.');
    throw redirect({
      to: '/p/$project/playground/{-$thread}',
      params: { project: first.id, thread: undefined },
    });
  },
});
