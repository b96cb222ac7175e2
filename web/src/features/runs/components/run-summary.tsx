import { Link } from '@tanstack/react-router';
import type { Run } from '@/api';
import { CopyId, shortId } from '@/ui';
import { useRunLink } from '../hooks/use-run-link';
import { messages } from '../messages';

const words = messages.run;

/** Under the title: what ran, the run's id, and the run that it came from. */
export function RunSummary({ run }: { run: Run }) {
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
      <span>
        {run.target_name ?? messages.removedTarget}
        {run.target_version !== null && ` ${words.version(run.target_version)}`}
      </span>
      <span aria-hidden="true">/</span>
      <CopyId id={run.id} prefix="r_" />
      {run.forked_from && (
        <Origin
          text={words.forkedFrom}
          runId={run.forked_from.run_id}
          stepId={run.forked_from.step_id}
        />
      )}
      {!run.forked_from && run.parent_run_id && (
        <Origin text={words.childOf} runId={run.parent_run_id} />
      )}
    </span>
  );
}

function Origin({ text, runId, stepId }: { text: string; runId: string; stepId?: string }) {
  const runLink = useRunLink();
  return (
    <>
      <span aria-hidden="true">/</span>
      <span>
        {text}{' '}
        <Link {...runLink(runId, stepId ? { step: stepId } : {})} className="link mono">
          r_{shortId(runId)}
        </Link>
      </span>
    </>
  );
}
