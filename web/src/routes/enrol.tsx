import { createFileRoute, redirect, useRouter } from '@tanstack/react-router';
import { EnrolPage } from '@/features/account';
import { meQuery } from '@/features/session';
import { localPath } from './-guards';

export const Route = createFileRoute('/enrol')({
  validateSearch: (raw): { next?: string } => ({
    ...(typeof raw.next === 'string' && { next: raw.next }),
  }),
  beforeLoad: async ({ context, search }) => {
    const me = await context.queryClient.ensureQueryData(meQuery);
    if (!me) throw redirect({ to: '/login', search: { next: localPath(search.next) } });
    if (!me.factor_due) throw redirect({ href: localPath(search.next) });
  },
  component: function Enrol() {
    const { next } = Route.useSearch();
    const router = useRouter();
    return <EnrolPage onDone={() => router.history.push(localPath(next))} />;
  },
});
