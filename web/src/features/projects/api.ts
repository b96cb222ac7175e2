import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, fetchAll, type Project, type ProjectCreate, type ProjectMember } from '@/api';
import { sessionKeys } from '@/features/session';

/** What may be brought back. */
export const deletedProjectsQuery = queryOptions({
  queryKey: [...sessionKeys.projects, 'deleted'],
  queryFn: ({ signal }) => fetchAll<Project>('/projects', { deleted: true }, signal),
});

/** Not waited for: the row that asked may be gone when the lists are back, and with it what it had to say. */
function useRefetch() {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: sessionKeys.projects });
}

export function useCreateProject() {
  const onSettled = useRefetch();
  return useMutation({
    mutationFn: (body: ProjectCreate) => api.post<Project>('/projects', body),
    onSettled,
  });
}

export function useUpdateProject() {
  const onSettled = useRefetch();
  return useMutation({
    mutationFn: ({ id, revision, ...change }: ProjectCreate & { id: string; revision: number }) =>
      api.patch<Project>(`/projects/${id}`, change, { revision }),
    onSettled,
  });
}

export function useDeleteProject() {
  const onSettled = useRefetch();
  return useMutation({ mutationFn: (id: string) => api.delete(`/projects/${id}`), onSettled });
}

export function useRestoreProject() {
  const onSettled = useRefetch();
  return useMutation({
    mutationFn: (id: string) => api.post<Project>(`/projects/${id}/restore`),
    onSettled,
  });
}

export function useJoinProject() {
  const onSettled = useRefetch();
  return useMutation({
    mutationFn: ({ id, me }: { id: string; me: string }) =>
      api.put<ProjectMember>(`/projects/${id}/members/${me}`, { role: 'admin' }),
    onSettled,
  });
}
