import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from '@tanstack/react-router';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Suspense } from 'react';
import { createRealtime, RealtimeProvider } from '@/realtime';
import { Announcer, Toaster, TooltipProvider } from '@/ui';
import { PlaygroundPage } from '../pages/playground-page';
import type { FakeBackend } from './fake-backend';

/** The page on its own routes, talking to `backend`. */
export function renderPage(backend: FakeBackend, thread = '') {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const realtime = createRealtime({ createSocket: backend.socket.createSocket, random: () => 0 });
  const router = createPageRouter(thread);
  const view = render(
    <QueryClientProvider client={client}>
      <TooltipProvider>
        <RealtimeProvider realtime={realtime}>
          <Suspense>
            <RouterProvider router={router as never} />
          </Suspense>
        </RealtimeProvider>
        <Toaster />
        <Announcer />
      </TooltipProvider>
    </QueryClientProvider>,
  );
  return { ...view, client, realtime, router, user: userEvent.setup() };
}

function createPageRouter(thread: string) {
  const root = createRootRoute({ component: Outlet });
  const project = createRoute({ getParentRoute: () => root, path: '/p/$project' });
  const leaf = (path: string, component: () => React.ReactNode) =>
    createRoute({ getParentRoute: () => project, path, component });
  const routeTree = root.addChildren([
    project.addChildren([
      leaf('/playground/{-$thread}', PlaygroundPage),
      leaf('/runs/$run', () => null),
      leaf('/agents', () => null),
    ]),
  ]);
  const history = createMemoryHistory({ initialEntries: [`/p/p1/playground/${thread}`] });
  return createRouter({ routeTree, history });
}
