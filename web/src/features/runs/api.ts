import {
  type InfiniteData,
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import {
  api,
  nextCursor,
  type Page,
  type Run,
  type RunFork,
  type RunResume,
  type RunStep,
} from '@/api';
import { mergeSteps } from './model/journal';
import { isActive } from './model/run-facts';
import { type RunSearch, toFilters } from './model/run-search';

const LIST_LIMIT = 50;
const STEP_LIMIT = 100;

export const runKeys = {
  all: ['runs'] as const,
  lists: ['runs', 'list'] as const,
  list: (projectId: string, search: RunSearch) => ['runs', 'list', projectId, search] as const,
  detail: (id: string) => ['runs', 'detail', id] as const,
  steps: (id: string) => ['runs', 'steps', id] as const,
  definition: (id: string) => ['runs', 'definition', id] as const,
};

export type RunPages = InfiniteData<Page<Run>, string | undefined>;

export function runsQuery(projectId: string, search: RunSearch) {
  return infiniteQueryOptions({
    queryKey: runKeys.list(projectId, search),
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Run>>('/runs', {
        query: {
          ...toFilters(search, Date.now()),
          project_id: projectId,
          cursor: pageParam,
          limit: LIST_LIMIT,
        },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextCursor,
  });
}

export function fetchRun(id: string, signal?: AbortSignal): Promise<Run> {
  return api.get<Run>(`/runs/${id}`, { signal });
}

export function runQuery(id: string) {
  return queryOptions({
    queryKey: runKeys.detail(id),
    queryFn: ({ signal }) => fetchRun(id, signal),
  });
}

/** The whole journal of a run. Pages appear as they arrive, and never hide what an event has already shown. */
export function runStepsQuery(id: string, client: QueryClient) {
  const queryKey = runKeys.steps(id);
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }) => {
      let cursor: string | undefined;
      let steps: RunStep[] = [];
      do {
        const page = await fetchSteps(id, cursor, signal);
        steps = mergeSteps(client.getQueryData<RunStep[]>(queryKey) ?? steps, page.data);
        cursor = nextCursor(page);
        if (cursor) client.setQueryData(queryKey, steps);
      } while (cursor);
      return steps;
    },
  });
}

function fetchSteps(
  id: string,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Page<RunStep>> {
  return api.get(`/runs/${id}/steps`, { query: { cursor, limit: STEP_LIMIT }, signal });
}

/** What the run froze when it was created; it never changes. */
export function runDefinitionQuery(id: string) {
  return queryOptions({
    queryKey: runKeys.definition(id),
    queryFn: ({ signal }) => api.get<unknown>(`/runs/${id}/definition`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Asks a run to stop. */
export function cancelRun(id: string): Promise<Run> {
  return api.post<Run>(`/runs/${id}/cancel`);
}

/** A change to a run that exists: its new state goes straight into the cache. */
function useRunChange<T>(id: string, change: (variables: T) => Promise<Run>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (run) => {
      client.setQueryData(runKeys.detail(id), run);
      void client.invalidateQueries({ queryKey: runKeys.lists });
      if (!isActive(run)) void client.invalidateQueries({ queryKey: runKeys.steps(id) });
    },
  });
}

export function useCancelRun(id: string) {
  return useRunChange<void>(id, () => cancelRun(id));
}

export function useResumeRun(id: string) {
  return useRunChange<RunResume>(id, (body) => api.post<Run>(`/runs/${id}/resume`, body));
}

/** A new run that was made from another one. */
function useNewRun<T>(create: (variables: T) => Promise<Run>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: create,
    onSuccess: (run) => {
      client.setQueryData(runKeys.detail(run.id), run);
      void client.invalidateQueries({ queryKey: runKeys.lists });
    },
  });
}

export function useReplayRun(id: string) {
  return useNewRun<void>(() => api.post<Run>(`/runs/${id}/replay`, {}));
}

export function useForkRun(id: string) {
  return useNewRun<RunFork>((body) => api.post<Run>(`/runs/${id}/fork`, body));
}
