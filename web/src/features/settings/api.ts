import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import {
  api,
  type Facts,
  type JobFire,
  type JobView,
  type Page,
  type RetentionUpdate,
  type RetentionView,
  type Storage,
  type SystemChecks,
  type WorkspaceUpdate,
  type WorkspaceView,
} from '@/api';

const WATCH_MS = 1500;

export const workspaceQuery = queryOptions({
  queryKey: ['settings', 'workspace'],
  queryFn: ({ signal }) => api.get<WorkspaceView>('/settings/workspace', { signal }),
});

export const retentionQuery = queryOptions({
  queryKey: ['settings', 'retention'],
  queryFn: ({ signal }) => api.get<RetentionView>('/settings/retention', { signal }),
});

export const storageQuery = queryOptions({
  queryKey: ['system', 'storage'],
  queryFn: ({ signal }) => api.get<Storage>('/system/storage', { signal }),
});

/** Asked again and again only while a job is running. */
export const jobsQuery = queryOptions({
  queryKey: ['system', 'jobs'],
  queryFn: async ({ signal }) => (await api.get<Page<JobView>>('/system/jobs', { signal })).data,
  refetchInterval: ({ state }) => (state.data?.some(({ running }) => running) ? WATCH_MS : false),
});

export const factsQuery = queryOptions({
  queryKey: ['system', 'facts'],
  queryFn: ({ signal }) => api.get<Facts>('/system/facts', { signal }),
});

type Revised<T> = T & { revision: number };

export function useUpdateWorkspace() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ revision, ...body }: Revised<WorkspaceUpdate>) =>
      api.patch<WorkspaceView>('/settings/workspace', body, { revision }),
    onSuccess: (view) => {
      client.setQueryData(workspaceQuery.queryKey, view);
      return client.invalidateQueries({ queryKey: ['workspace'] });
    },
    onError: () => client.invalidateQueries({ queryKey: workspaceQuery.queryKey }),
  });
}

export function useUpdateRetention() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ revision, ...body }: Revised<RetentionUpdate>) =>
      api.patch<RetentionView>('/settings/retention', body, { revision }),
    onSuccess: async (view) => {
      client.setQueryData(retentionQuery.queryKey, view);
      client.setQueryData(storageQuery.queryKey, await freshStorage());
    },
    onError: () => client.invalidateQueries({ queryKey: retentionQuery.queryKey }),
  });
}

export function useMeasureStorage() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: freshStorage,
    onSuccess: (storage) => client.setQueryData(storageQuery.queryKey, storage),
  });
}

function freshStorage(): Promise<Storage> {
  return api.get<Storage>('/system/storage', { query: { fresh: true } });
}

export function useJobAction(verb: 'run' | 'cancel') {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => api.post<JobFire | null>(`/system/jobs/${name}/${verb}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['system'] }),
  });
}

export const checksQuery = queryOptions({
  queryKey: ['system', 'checks'],
  queryFn: ({ signal }) => api.get<SystemChecks>('/system/checks', { signal }),
});
