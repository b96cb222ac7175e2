import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/api';

const MAX_RETRIES = 2;
/** A rule began to hold: the session is still there, and opens only the page that fulfils it. */
const FACTOR_DUE = 'SECOND_FACTOR_DUE';

/** A refusal stays one; only what may pass by itself is tried again. */
function worthRetrying(failures: number, error: Error): boolean {
  const passing = !(error instanceof ApiError) || error.status === 0 || error.status >= 500;
  return passing && failures < MAX_RETRIES;
}

/** `onSignedOut` runs when any query finds that the session is over, or opens nothing any more. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof ApiError && (error.status === 401 || error.code === FACTOR_DUE))
          onSignedOut();
      },
    }),
    defaultOptions: { queries: { staleTime: 15_000, retry: worthRetrying } },
  });
}
