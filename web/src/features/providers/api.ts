import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import {
  api,
  type DetectedProvider,
  fetchAll,
  type KeyTest,
  type Model,
  type ModelUpdate,
  type Page,
  type Provider,
  type ProviderCreate,
  type ProviderKey,
  type ProviderKeyUpdate,
  type ProviderSpend,
  type ProviderTest,
  type ProviderType,
  type ProviderUpdate,
} from '@/api';

const keys = {
  all: ['providers'] as const,
  types: ['provider-types'] as const,
  detected: ['providers', 'detected'] as const,
  models: ['models'] as const,
  keysOf: (id: string) => ['providers', id, 'keys'] as const,
  spend: ['providers', 'spend'] as const,
};

export const providersQuery = queryOptions({
  queryKey: keys.all,
  queryFn: ({ signal }) => fetchAll<Provider>('/providers', {}, signal),
});

export const providerTypesQuery = queryOptions({
  queryKey: keys.types,
  queryFn: ({ signal }) => api.get<ProviderType[]>('/provider-types', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Admin only. */
export const detectedQuery = queryOptions({
  queryKey: keys.detected,
  queryFn: ({ signal }) => api.get<DetectedProvider[]>('/providers/detected', { signal }),
  staleTime: 60_000,
});

/** Admin only. */
export const spendQuery = queryOptions({
  queryKey: keys.spend,
  queryFn: ({ signal }) => api.get<ProviderSpend[]>('/providers/spend', { signal }),
});

/** Admin only. */
export function providerKeysQuery(id: string) {
  return queryOptions({
    queryKey: keys.keysOf(id),
    queryFn: ({ signal }) => fetchAll<ProviderKey>(`/providers/${id}/keys`, {}, signal),
  });
}

export const modelsQuery = queryOptions({
  queryKey: keys.models,
  queryFn: ({ signal }) => fetchAll<Model>('/models', {}, signal),
});

/** Providers and models change together: a new provider brings models, a test changes a status. */
function useRefetch() {
  const queryClient = useQueryClient();
  return () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: keys.all }),
      queryClient.invalidateQueries({ queryKey: keys.models }),
    ]);
}

export function useCreateProvider() {
  const onSettled = useRefetch();
  return useMutation({
    mutationFn: async (body: ProviderCreate) => {
      const provider = await api.post<Provider>('/providers', body);
      // A refusal here shows as the provider's status; the provider itself is made.
      await api.post(`/providers/${provider.id}/models/refresh`).catch(() => undefined);
      return provider;
    },
    onSettled,
  });
}

export function useUpdateProvider(id: string) {
  const onSettled = useRefetch();
  return useMutation({
    mutationFn: ({ revision, ...change }: ProviderUpdate & { revision: number }) =>
      api.patch<Provider>(`/providers/${id}`, change, { revision }),
    onSettled,
  });
}

export function useRemoveProvider() {
  const onSettled = useRefetch();
  return useMutation({ mutationFn: (id: string) => api.delete(`/providers/${id}`), onSettled });
}

export function useRestoreProvider() {
  const onSettled = useRefetch();
  return useMutation({
    mutationFn: (id: string) => api.post<Provider>(`/providers/${id}/restore`),
    onSettled,
  });
}

export function useTestProvider(id: string) {
  const onSettled = useRefetch();
  return useMutation({
    mutationFn: () => api.post<ProviderTest>(`/providers/${id}/test`),
    onSettled,
  });
}

export function useRefreshModels(id: string) {
  const onSettled = useRefetch();
  return useMutation({
    mutationFn: () => api.post<Page<Model>>(`/providers/${id}/models/refresh`),
    onSettled,
  });
}

export function useAddModel(providerId: string) {
  const onSettled = useRefetch();
  return useMutation({
    mutationFn: (name: string) => api.post<Model>('/models', { provider_id: providerId, name }),
    onSettled,
  });
}

export function useRemoveModel() {
  const onSettled = useRefetch();
  return useMutation({
    mutationFn: (model: Model) => api.delete(`/models/${model.id}`),
    onSettled,
  });
}

export function useAddKey(providerId: string) {
  const onSettled = useRefetch();
  return useMutation({
    mutationFn: (body: { value: string; label?: string }) =>
      api.post<ProviderKey>(`/providers/${providerId}/keys`, body),
    onSettled,
  });
}

export function useChangeKey() {
  const onSettled = useRefetch();
  return useMutation({
    mutationFn: ({ key, change }: { key: ProviderKey; change: ProviderKeyUpdate }) =>
      api.patch<ProviderKey>(`/providers/${key.provider_id}/keys/${key.id}`, change, {
        revision: key.revision,
      }),
    onSettled,
  });
}

export function useRemoveKey() {
  const onSettled = useRefetch();
  return useMutation({
    mutationFn: (key: ProviderKey) => api.delete(`/providers/${key.provider_id}/keys/${key.id}`),
    onSettled,
  });
}

export function useTestKey() {
  const onSettled = useRefetch();
  return useMutation({
    mutationFn: (key: ProviderKey) =>
      api.post<KeyTest>(`/providers/${key.provider_id}/keys/${key.id}/test`),
    onSettled,
  });
}

export function useChangeModel() {
  const onSettled = useRefetch();
  return useMutation({
    mutationFn: ({ model, change }: { model: Model; change: ModelUpdate }) =>
      api.patch<Model>(`/models/${model.id}`, change, { revision: model.revision }),
    onSettled,
  });
}
