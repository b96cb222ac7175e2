import { useEffect, useReducer, useRef } from 'react';
import { type Agent, ApiError, type InputMessage } from '@/api';
import { cancelRun } from '@/features/runs';
import { frameBatch } from '@/realtime';
import { announce, toast } from '@/ui';
import { streamDraftRun } from '../api';
import { messages } from '../messages';
import { type AgentDraft, configurationOf } from '../model/draft';
import type { StreamEvent } from '../model/event-stream';
import { historyOf, type TrialTurn, trialReducer } from '../model/trial';

const NO_TURNS: readonly TrialTurn[] = [];

/** Messages to the draft as it stands. The answers are streamed; nothing of it becomes a conversation. */
export function useTrial(base: Agent, draft: AgentDraft) {
  const [turns, dispatch] = useReducer(trialReducer, NO_TURNS);
  const stream = useRef<AbortController | null>(null);
  useEffect(() => () => stream.current?.abort(), []);
  const last = turns.at(-1);
  const running = last?.state === 'running';

  const ask = async (input: string) => {
    const abort = new AbortController();
    stream.current = abort;
    const history: InputMessage[] = [...historyOf(turns), { role: 'user', content: input }];
    const request = { messages: history, draft: configurationOf(base, draft) };
    dispatch({ type: 'asked', input });
    const batch = frameBatch<StreamEvent>((events) => {
      for (const event of events) dispatch({ type: 'event', event });
    });
    try {
      for await (const event of streamDraftRun(base.id, request, abort.signal)) batch.push(event);
      batch.flush();
      dispatch({ type: 'ended' });
      announce(messages.trial.complete);
    } catch (error) {
      batch.flush();
      if (!abort.signal.aborted) dispatch({ type: 'broke', error: problemOf(error) });
    }
  };

  const stop = async () => {
    if (!running) return;
    dispatch({ type: 'stopped' });
    // Before the run has told its id there is nothing to stop but the request itself.
    if (!last.runId) return stream.current?.abort();
    try {
      await cancelRun(last.runId);
    } catch (error) {
      toast.error(`${messages.failedTo.stop}. ${(error as Error).message}`);
    }
  };

  const clear = () => {
    stream.current?.abort();
    dispatch({ type: 'cleared' });
  };
  return { turns, running, ask, stop, clear };
}

function problemOf(error: unknown): { code: string; message: string } {
  if (error instanceof ApiError) return { code: error.code, message: error.message };
  return { code: 'STREAM_CUT', message: '' };
}
