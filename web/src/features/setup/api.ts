import { queryOptions, useMutation } from '@tanstack/react-query';
import { type Agent, type AgentCreate, api } from '@/api';

type Health = { ok: boolean; latencyMs: number };

/** `/api/health` stands outside the versioned API and needs no login. */
export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: async ({ signal }): Promise<Health> => {
    const started = performance.now();
    const response = await fetch('/api/health', { signal });
    return { ok: response.ok, latencyMs: performance.now() - started };
  },
  retry: false,
});

export function useCreateAgent() {
  return useMutation({ mutationFn: (body: AgentCreate) => api.post<Agent>('/agents', body) });
}
