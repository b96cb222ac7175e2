import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Run, RunStep } from '@/api';
import { useConnectionState, useRealtime } from '@/realtime';
import { runQuery, stepsQuery } from '../api';
import { isRunEnded } from '../model/trace';
import { followRun } from '../realtime';

const OFFLINE_POLL_MS = 2000;

export type TraceView = {
  run: Run | undefined;
  steps: RunStep[];
  error: Error | null;
  retry: () => void;
};

/** A run with its steps, followed until it has ended. */
export function useTrace(runId: string | null): TraceView {
  const realtime = useRealtime();
  const client = useQueryClient();
  const offline = useConnectionState().status !== 'open';
  const enabled = runId !== null;
  const known = client.getQueryData(runQuery(runId ?? '').queryKey);
  const refetchInterval = offline && known && !isRunEnded(known) ? OFFLINE_POLL_MS : false;
  const run = useQuery({ ...runQuery(runId ?? ''), enabled, refetchInterval });
  const steps = useQuery({ ...stepsQuery(runId ?? ''), enabled, refetchInterval });
  const ended = run.data !== undefined && isRunEnded(run.data);
  useEffect(() => {
    if (runId !== null && !ended) return followRun(realtime, client, runId);
  }, [realtime, client, runId, ended]);
  return {
    run: run.data,
    steps: steps.data ?? [],
    error: run.error ?? steps.error,
    retry: () => void Promise.all([run.refetch(), steps.refetch()]),
  };
}
