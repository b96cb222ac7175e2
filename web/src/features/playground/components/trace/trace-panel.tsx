import { Link } from '@tanstack/react-router';
import { ArrowUpRight } from 'lucide-react';
import { ErrorState, Icon, SidePanel, StatusBadge, Tooltip } from '@/ui';
import { useNow } from '../../hooks/use-now';
import { useTrace } from '../../hooks/use-trace';
import { messages } from '../../messages';
import { isRunEnded } from '../../model/trace';
import type { Selection } from '../chat/actions';
import { StepDetail } from './step-detail';
import { TraceTotalsStrip } from './trace-totals';
import { TraceTree } from './trace-tree';

type TracePanelProps = {
  project: string;
  runId: string | null;
  selection: Selection | null;
  onSelect: (selection: Selection) => void;
  open: boolean;
  /** Absent where the panel stands beside the chat for good. */
  onClose?: () => void;
};

/** What the shown run did, step by step, while it does it. */
export function TracePanel(props: TracePanelProps) {
  const { project, runId, open, onClose } = props;
  const trace = useTrace(runId);
  const live = trace.run !== undefined && !isRunEnded(trace.run);
  return (
    <SidePanel
      title={messages.trace}
      status={trace.run && <RunBadge status={trace.run.status} />}
      actions={runId !== null && <OpenRun project={project} runId={runId} />}
      open={open}
      onClose={onClose}
      tone="sunken"
      width={348}
      flush
    >
      {trace.error && !trace.run ? (
        <div className="p-4">
          <ErrorState title={messages.traceFailed} error={trace.error} onRetry={trace.retry} />
        </div>
      ) : (
        <TraceBody {...props} trace={trace} live={live} />
      )}
    </SidePanel>
  );
}

type TraceBodyProps = TracePanelProps & { trace: ReturnType<typeof useTrace>; live: boolean };

function TraceBody({ runId, trace, live, selection, onSelect }: TraceBodyProps) {
  const { run, steps } = trace;
  const now = useNow(live && run?.status !== 'waiting');
  if (runId === null || run === undefined) {
    return <p className="p-4 text-fg-3">{messages.traceEmpty}</p>;
  }
  const chosen = selection?.runId === runId ? selection.stepId : null;
  const step = steps.find(({ id }) => id === chosen) ?? null;
  return (
    <>
      <TraceTotalsStrip run={run} steps={steps} now={now} />
      <TraceTree
        run={run}
        steps={steps}
        now={now}
        selected={selection?.runId === runId ? selection : null}
        onSelect={(stepId) => onSelect({ runId, stepId })}
      />
      {step && <StepDetail step={step} />}
    </>
  );
}

function RunBadge({ status }: { status: Parameters<typeof StatusBadge>[0]['status'] }) {
  return <StatusBadge status={status} label={status === 'running' ? messages.live : undefined} />;
}

function OpenRun({ project, runId }: { project: string; runId: string }) {
  return (
    <Tooltip content={messages.openRun}>
      <Link
        to="/p/$project/runs/$run"
        params={{ project, run: runId }}
        aria-label={messages.openRun}
        className="inline-grid size-7 place-items-center rounded-md text-fg-3 hover:bg-hover hover:text-fg max-md:size-10"
      >
        <Icon icon={ArrowUpRight} />
      </Link>
    </Tooltip>
  );
}
