import { createFileRoute, redirect, useRouter } from '@tanstack/react-router';
import { LoginPage } from '@/features/entrance';
import { authStatusQuery, meQuery } from '@/features/session';
import { localPath } from './-guards';

export const Route = createFileRoute('/login')({
  validateSearch: (raw): { next?: string; sso?: string } => ({
    ...(typeof raw.next === 'string' && { next: raw.next }),
    ...(typeof raw.sso === 'string' && { sso: raw.sso }),
  }),
  beforeLoad: async ({ context, search }) => {
    const status = await context.queryClient.fetchQuery(authStatusQuery);
    if (status.setup_required) throw redirect({ to: '/setup' });
    const me = await context.queryClient.ensureQueryData(meQuery);
    if (me) throw redirect({ href: localPath(search.next) });
  },
  component: function Login() {
    const { next } = Route.useSearch();
    const router = useRouter();
    return <LoginPage onSignedIn={() => router.history.push(localPath(next))} />;
  },
});
