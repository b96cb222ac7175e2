import { type QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { type AnyRouter, RouterProvider } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { workspaceNameQuery } from '@/features/session';
import { Announcer, PRODUCT, Toaster, TooltipProvider, WorkspaceNameContext } from '@/ui';

type AppProps = { queryClient: QueryClient; router: AnyRouter };

export function App({ queryClient, router }: AppProps) {
  return (
    <QueryClientProvider client={queryClient}>
      <TooltipProvider>
        <Named>
          <RouterProvider router={router} />
        </Named>
        <Toaster />
        <Announcer />
      </TooltipProvider>
    </QueryClientProvider>
  );
}

/** Says to every page what the workspace is called. */
export function Named({ children }: { children: ReactNode }) {
  const { data } = useQuery(workspaceNameQuery);
  return <WorkspaceNameContext value={data?.name ?? PRODUCT}>{children}</WorkspaceNameContext>;
}
