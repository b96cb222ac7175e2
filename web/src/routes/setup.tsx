import { createFileRoute, redirect } from '@tanstack/react-router';
import { authStatusQuery, meQuery, projectsQuery } from '@/features/session';
import { SetupPage, type Step } from '@/features/setup';

export const Route = createFileRoute('/setup')({
  validateSearch: (raw): { step?: Step } =>
    raw.step === 2 || raw.step === 3 ? { step: raw.step } : {},
  beforeLoad: async ({ context, search }) => {
    const status = await context.queryClient.fetchQuery(authStatusQuery);
    if (status.setup_required) {
      if (search.step) throw redirect({ to: '/setup' });
      return;
    }
    const me = await context.queryClient.ensureQueryData(meQuery);
    if (me?.role !== 'admin' || !search.step) throw redirect({ to: '/' });
  },
  component: function Setup() {
    const { step = 1 } = Route.useSearch();
    const navigate = Route.useNavigate();
    const { queryClient } = Route.useRouteContext();
    const openPlayground = async () => {
      const [first] = await queryClient.ensureQueryData(projectsQuery);
      const params = first && { project: first.id, thread: undefined };
      await navigate(params ? { to: '/p/$project/playground/{-$thread}', params } : { to: '/' });
    };
    return (
      <SetupPage
        step={step}
        onStep={(next) => void navigate({ search: { step: next === 1 ? undefined : next } })}
        onDone={() => void openPlayground()}
      />
    );
  },
});
