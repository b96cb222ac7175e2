import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useProject } from '@/features/session';
import { runsQuery } from '../api';
import type { RunSearch } from '../model/run-search';

/** How far down the list a run is looked for. */
const MAX_PAGES = 10;

export interface RunNeighbours {
  newer: string | null;
  older: string | null;
}

/** The runs before and after this one in the list that it was opened from. */
export function useRunNeighbours(runId: string, search: RunSearch): RunNeighbours {
  const project = useProject();
  const list = useInfiniteQuery(runsQuery(project.id, search));
  const runs = list.data?.pages.flatMap((page) => page.data) ?? [];
  const index = runs.findIndex((run) => run.id === runId);
  const needsMore = index < 0 || index === runs.length - 1;
  const isDeep = (list.data?.pages.length ?? 0) >= MAX_PAGES;
  const { hasNextPage, isFetching, fetchNextPage, isError } = list;
  useEffect(() => {
    if (needsMore && hasNextPage && !isFetching && !isDeep && !isError) void fetchNextPage();
  }, [needsMore, hasNextPage, isFetching, isDeep, isError, fetchNextPage]);
  if (index < 0) return { newer: null, older: null };
  return { newer: runs[index - 1]?.id ?? null, older: runs[index + 1]?.id ?? null };
}
