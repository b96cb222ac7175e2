import { queryOptions } from '@tanstack/react-query';
import { api, type Overview } from '@/api';
import type { Span } from './model/figures';

export const homeKeys = { overview: (projectId: string) => ['overview', projectId] as const };

/** When the day began where the person is. */
export function midnight(now = new Date()): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString();
}

export function overviewQuery(projectId: string, span: Span) {
  return queryOptions({
    queryKey: [...homeKeys.overview(projectId), span],
    queryFn: ({ signal }) =>
      api.get<Overview>('/overview', {
        query: { project_id: projectId, span, today: midnight() },
        signal,
      }),
    placeholderData: (previous) => previous,
  });
}
