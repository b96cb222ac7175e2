import { queryOptions, useMutation } from '@tanstack/react-query';
import { type Agent, type AgentCreate, api, type Health } from '@/api';

type SystemHealth = Health & { latencyMs: number };

/** `/api/health` stands outside the versioned API and needs no login. */
export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: async ({ signal }): Promise<SystemHealth> => {
    const started = performance.now();
    const response = await fetch('/api/health', { signal });
    const health = (await response.json()) as Health;
    return { ...health, latencyMs: performance.now() - started };
  },
  retry: false,
});

export function useCreateAgent() {
  return useMutation({ mutationFn: (body: AgentCreate) => api.post<Agent>('/agents', body) });
}
