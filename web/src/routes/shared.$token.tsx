import { createFileRoute, redirect } from '@tanstack/react-router';
import { SharedGonePage } from '@/features/playground';
import { requireProjects, requireUser } from './-guards';

/** A link to a conversation: it opens in its project, for a visitor in one of their own. */
export const Route = createFileRoute('/shared/$token')({
  beforeLoad: async ({ context, location, params }) => {
    await requireUser(context.queryClient, location.href);
    // Only here: what the Playground needs is no part of every other page's first load.
    const { openShared } = await import('@/features/playground');
    const conversation = await openShared(params.token).catch(() => null);
    if (!conversation) return;
    const projects = await requireProjects(context.queryClient, location.href);
    const mine = projects.filter(({ my_role }) => my_role !== null);
    const home = mine.find(({ id }) => id === conversation.project_id) ?? mine[0];
    if (!home) throw new Error('You are in no project. Ask an admin to add you to one.');
    throw redirect({
      to: '/p/$project/playground/{-$thread}',
      params: { project: home.id, thread: conversation.id },
    });
  },
  component: SharedGonePage,
});
