import { createFileRoute, redirect } from '@tanstack/react-router';

export const Route = createFileRoute('/p/$project/')({
  beforeLoad: ({ params }) => {
    throw redirect({
      to: '/p/$project/playground/{-$thread}',
      params: { project: params.project, thread: undefined },
    });
  },
});
