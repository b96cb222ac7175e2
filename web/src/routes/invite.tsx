import { createFileRoute, useRouter, useRouterState } from '@tanstack/react-router';
import { InvitePage } from '@/features/people';

export const Route = createFileRoute('/invite')({
  component: function Invite() {
    const router = useRouter();
    // Behind the #, so that no server and no log is ever sent it.
    const token = useRouterState({ select: ({ location }) => location.hash });
    return <InvitePage token={token} onSignedIn={() => router.history.push('/')} />;
  },
});
