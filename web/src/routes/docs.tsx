import { createFileRoute, Outlet } from '@tanstack/react-router';
import { DocsLayout } from '@/features/docs';
import { HelpKeys } from '@/features/shell';
import { requireUser } from './-guards';

export const Route = createFileRoute('/docs')({
  beforeLoad: ({ context, location }) => requireUser(context.queryClient, location.href),
  component: () => (
    <DocsLayout>
      <Outlet />
      <HelpKeys />
    </DocsLayout>
  ),
});
