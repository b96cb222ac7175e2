import { useEffect, useRef } from 'react';
import type { Run, RunStep } from '@/api';
import { announce } from '@/ui';
import { messages } from '../messages';
import { isFinished } from '../model/run-facts';

const QUIET_MS = 2_000;

/** Tells a screen reader how a run gets on while it is open: at most one sentence every two seconds, and the end. */
export function useStepAnnouncer(run: Run, steps: readonly RunStep[]): void {
  const done = steps.filter((step) => step.ended_at !== null).length;
  const text = messages.run.announce(done, messages.statuses[run.status]);
  const last = useRef({ text, at: 0 });
  const finished = isFinished(run);
  useEffect(() => {
    if (text === last.current.text) return;
    const say = () => {
      last.current = { text, at: Date.now() };
      announce(text);
    };
    const wait = finished ? 0 : last.current.at + QUIET_MS - Date.now();
    const timer = setTimeout(say, Math.max(0, wait));
    return () => clearTimeout(timer);
  }, [text, finished]);
}
