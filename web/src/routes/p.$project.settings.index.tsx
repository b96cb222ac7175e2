import { createFileRoute, redirect } from '@tanstack/react-router';

export const Route = createFileRoute('/p/$project/settings/')({
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/p/$project/settings/providers', params });
  },
});
