import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import {
  type Agent,
  type AgentCreate,
  type AgentRunRequest,
  type AgentUpdate,
  ApiError,
  api,
  type BuiltinTool,
  fetchAll,
  type Model,
  nextCursor,
  type Page,
} from '@/api';
import { readEvents, type StreamEvent } from './model/event-stream';

const LIST_LIMIT = 50;

export const agentKeys = {
  all: ['agents'] as const,
  lists: ['agents', 'list'] as const,
  /** What the Playground offers to talk to. */
  choices: ['agents', 'choices'] as const,
  list: (projectId: string, q: string) => ['agents', 'list', projectId, q] as const,
  detail: (id: string) => ['agents', 'detail', id] as const,
};

export function agentsQuery(projectId: string, q: string) {
  return infiniteQueryOptions({
    queryKey: agentKeys.list(projectId, q),
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Agent>>('/agents', {
        query: { project_id: projectId, q, cursor: pageParam, limit: LIST_LIMIT },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextCursor,
  });
}

function fetchAgent(id: string, signal?: AbortSignal): Promise<Agent> {
  return api.get<Agent>(`/agents/${id}`, { signal });
}

export function agentQuery(id: string) {
  return queryOptions({
    queryKey: agentKeys.detail(id),
    queryFn: ({ signal }) => fetchAgent(id, signal),
  });
}

export const modelsQuery = queryOptions({
  queryKey: ['models'] as const,
  queryFn: ({ signal }) => fetchAll<Model>('/models', {}, signal),
});

export const builtinToolsQuery = queryOptions({
  queryKey: ['tools', 'builtin'] as const,
  queryFn: ({ signal }) => api.get<BuiltinTool[]>('/tools/builtin', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

function refetchLists(client: QueryClient): Promise<unknown> {
  const lists = [agentKeys.lists, agentKeys.choices];
  return Promise.all(lists.map((queryKey) => client.invalidateQueries({ queryKey })));
}

function useAgentChange<T, R>(change: (variables: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => refetchLists(client),
  });
}

export function useCreateAgent() {
  return useAgentChange((body: AgentCreate) => api.post<Agent>('/agents', body));
}

export function useDuplicateAgent() {
  return useAgentChange((id: string) => api.post<Agent>(`/agents/${id}/duplicate`));
}

export function useDeleteAgent() {
  return useAgentChange((id: string) => api.delete(`/agents/${id}`));
}

export function useRestoreAgent() {
  return useAgentChange((id: string) => api.post<Agent>(`/agents/${id}/restore`));
}

/** Thrown by a save that lost the race: `theirs` is the agent as somebody else left it. */
export class StaleAgentError extends Error {
  override readonly name = 'StaleAgentError';
  readonly theirs: Agent;

  constructor(theirs: Agent) {
    super('The agent was changed by someone else.');
    this.theirs = theirs;
  }
}

async function saveAgent(base: Agent, update: AgentUpdate): Promise<Agent> {
  try {
    return await api.patch<Agent>(`/agents/${base.id}`, update, { revision: base.revision });
  } catch (error) {
    if (error instanceof ApiError && error.status === 412)
      throw new StaleAgentError(await fetchAgent(base.id));
    throw error;
  }
}

/** Saves over `base`'s revision; throws {@link StaleAgentError} when that is no longer the newest. */
export function useSaveAgent() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ base, update }: { base: Agent; update: AgentUpdate }) => saveAgent(base, update),
    onSuccess: (agent) => {
      client.setQueryData(agentKeys.detail(agent.id), agent);
      void refetchLists(client);
    },
  });
}

/** Runs an agent with a configuration that is not saved, without a conversation, and yields what happens as it happens. */
export async function* streamDraftRun(
  agentId: string,
  request: Pick<AgentRunRequest, 'messages' | 'draft'>,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  const body: AgentRunRequest = { ...request, stream: true, ephemeral: true };
  const response = await api.stream(`/agents/${agentId}/run`, body, { signal });
  if (response.body) yield* readEvents(response.body);
}
