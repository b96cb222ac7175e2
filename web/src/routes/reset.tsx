import { createFileRoute, useLocation } from '@tanstack/react-router';
import { ResetPage } from '@/features/entrance';
import { authStatusQuery } from '@/features/session';

export const Route = createFileRoute('/reset')({
  loader: ({ context }) => context.queryClient.fetchQuery(authStatusQuery),
  component: function Reset() {
    return <ResetPage token={useLocation().hash} />;
  },
});
