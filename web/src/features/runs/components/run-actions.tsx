import { CircleStop, GitFork, Play, RotateCcw } from 'lucide-react';
import type { Run, RunStep } from '@/api';
import { Button, Tooltip, toast } from '@/ui';
import { useCancelRun, useReplayRun, useResumeRun } from '../api';
import { messages } from '../messages';
import { isActive, isFinished } from '../model/run-facts';

const words = messages.run;

export interface RunActionsProps {
  run: Run;
  /** The step in the panel; a fork starts there. */
  step: RunStep | null;
  /** A person must first say what happened to a step: the card asks, a plain resume would not do. */
  asksWhatHappened: boolean;
  onFork: () => void;
  onReplay: (replay: Run) => void;
}

/** What a developer may do with a run, by its state. */
export function RunActions({ run, step, asksWhatHappened, onFork, onReplay }: RunActionsProps) {
  const canResume = (run.status === 'failed' || run.status === 'waiting') && !asksWhatHappened;
  return (
    <>
      {!isActive(run) && <ForkButton step={step} onFork={onFork} />}
      {isFinished(run) && <ReplayButton run={run} primary={!canResume} onReplay={onReplay} />}
      {canResume && <ResumeButton run={run} />}
      {(isActive(run) || run.status === 'waiting') && <StopButton run={run} />}
    </>
  );
}

/** Whether a run can go on from this step with another result. */
export function canForkFrom(step: RunStep | null): step is RunStep {
  return step?.status === 'succeeded' || step?.status === 'failed';
}

function ForkButton({ step, onFork }: { step: RunStep | null; onFork: () => void }) {
  const ready = canForkFrom(step);
  const button = (
    <Button icon={GitFork} aria-disabled={!ready || undefined} onClick={() => ready && onFork()}>
      {words.fork}
    </Button>
  );
  return ready ? button : <Tooltip content={words.forkNeedsStep}>{button}</Tooltip>;
}

function ReplayButton(props: { run: Run; primary: boolean; onReplay: (replay: Run) => void }) {
  const replay = useReplayRun(props.run.id);
  const start = () =>
    replay.mutate(undefined, {
      onSuccess: props.onReplay,
      onError: (error) => toast.error(`${words.failedTo.replay}. ${error.message}`),
    });
  return (
    <Button
      variant={props.primary ? 'primary' : 'secondary'}
      icon={RotateCcw}
      busy={replay.isPending}
      onClick={start}
    >
      {words.replay}
    </Button>
  );
}

function ResumeButton({ run }: { run: Run }) {
  const resume = useResumeRun(run.id);
  const start = () =>
    resume.mutate(
      {},
      { onError: (error) => toast.error(`${words.failedTo.resume}. ${error.message}`) },
    );
  return (
    <Button variant="primary" icon={Play} busy={resume.isPending} onClick={start}>
      {words.resume}
    </Button>
  );
}

function StopButton({ run }: { run: Run }) {
  const cancel = useCancelRun(run.id);
  const stop = () =>
    cancel.mutate(undefined, {
      onError: (error) => toast.error(`${words.failedTo.stop}. ${error.message}`),
    });
  return (
    <Button icon={CircleStop} busy={cancel.isPending} onClick={stop}>
      {words.stop}
    </Button>
  );
}
