import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { act, render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { Announcer, Toaster, TooltipProvider } from '@/ui';

type Options = {
  /** The route's path as the component names it, e.g. `/p/$project/settings/providers`. */
  path?: string;
  /** The address opened. */
  at?: string;
  parseSearch?: (raw: Record<string, unknown>) => Record<string, unknown>;
};

/** Draws `children` at a route inside what the app gives every page. */
export async function renderAt(children: ReactNode, options: Options = {}) {
  const { path = '/', at = path } = options;
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const rootRoute = createRootRoute();
  const project = createRoute({ getParentRoute: () => rootRoute, path: '/p/$project' });
  const inProject = path.startsWith('/p/$project');
  const page = createRoute({
    getParentRoute: () => (inProject ? project : rootRoute),
    path: inProject ? path.slice('/p/$project'.length) || '/' : path,
    validateSearch: options.parseSearch,
    component: () => children,
  });
  const router = createRouter({
    routeTree: inProject
      ? rootRoute.addChildren([project.addChildren([page])])
      : rootRoute.addChildren([page]),
    history: createMemoryHistory({ initialEntries: [at] }),
    defaultPendingMinMs: 0,
  });
  await router.load();
  // Awaited, so that what suspends while it is first drawn is drawn when it is there.
  const view = await act(async () =>
    render(
      <QueryClientProvider client={queryClient}>
        <TooltipProvider>
          <RouterProvider router={router as never} />
          <Toaster />
          <Announcer />
        </TooltipProvider>
      </QueryClientProvider>,
    ),
  );
  return { ...view, router, queryClient };
}
