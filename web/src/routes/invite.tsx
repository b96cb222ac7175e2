import { createFileRoute, useRouter, useRouterState } from '@tanstack/react-router';
import { InvitePage } from '@/features/people';

export const Route = createFileRoute('/invite')({
  validateSearch: (raw): { sso?: string } => ({
    ...(typeof raw.sso === 'string' && { sso: raw.sso }),
  }),
  component: function Invite() {
    const router = useRouter();
    // Behind the #, so that no server and no log is ever sent it.
    const token = useRouterState({ select: ({ location }) => location.hash });
    const { sso } = Route.useSearch();
    return <InvitePage token={token} refusal={sso} onSignedIn={() => router.history.push('/')} />;
  },
});
