import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useSubscription } from '@/realtime';
import { homeKeys } from './api';

const CHANGES_FIGURES = new Set(['run_started', 'waiting', 'execution_completed']);
/** Under load the sums are asked for so often at most. */
const AT_MOST_EVERY_MS = 2_000;

/** Keeps the figures as they are on the server. */
export function useLiveOverview(projectId: string): void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: homeKeys.overview(projectId) });
  const soon = () => {
    timer.current ??= setTimeout(() => {
      timer.current = null;
      void refresh();
    }, AT_MOST_EVERY_MS);
  };
  useEffect(() => () => clearTimeout(timer.current ?? undefined), []);
  useSubscription({
    channel: 'execution',
    onEvent: (event) => {
      if (CHANGES_FIGURES.has(event.type)) soon();
    },
    resync: refresh,
  });
}
