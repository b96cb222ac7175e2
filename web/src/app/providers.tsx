import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type AnyRouter, RouterProvider } from '@tanstack/react-router';
import { Announcer, Toaster, TooltipProvider } from '@/ui';

type AppProps = { queryClient: QueryClient; router: AnyRouter };

export function App({ queryClient, router }: AppProps) {
  return (
    <QueryClientProvider client={queryClient}>
      <TooltipProvider>
        <RouterProvider router={router} />
        <Toaster />
        <Announcer />
      </TooltipProvider>
    </QueryClientProvider>
  );
}
