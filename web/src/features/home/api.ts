import { queryOptions } from '@tanstack/react-query';
import { api, type Overview } from '@/api';

export const homeKeys = { overview: (projectId: string) => ['overview', projectId] as const };

/** When the day began where the person is. */
export function midnight(now = new Date()): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString();
}

export function overviewQuery(projectId: string) {
  return queryOptions({
    queryKey: homeKeys.overview(projectId),
    queryFn: ({ signal }) =>
      api.get<Overview>('/overview', {
        query: { project_id: projectId, today: midnight() },
        signal,
      }),
    placeholderData: (previous) => previous,
  });
}
