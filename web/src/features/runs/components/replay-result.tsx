import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Run } from '@/api';
import { diffJson } from '@/shared/line-diff';
import { Note, OrbitRing } from '@/ui';
import { runQuery } from '../api';
import { useRunLink } from '../hooks/use-run-link';
import { messages } from '../messages';
import { isFinished, replayVerdict } from '../model/run-facts';
import { useLiveRun } from '../realtime';
import { DiffView } from './diff-view';

const words = messages.replay;

/** Follows a replay that was started here until it ends, then says what it found. */
export function ReplayResult({ runId }: { runId: string }) {
  const { data: run } = useQuery(runQuery(runId));
  useLiveRun(runId, !run || !isFinished(run));
  if (!run || !isFinished(run)) {
    return (
      <p role="status" className="flex items-center gap-2 text-fg-2">
        <OrbitRing className="text-running" /> {words.running}
      </p>
    );
  }
  return <ReplayVerdict run={run} linked />;
}

/** What a finished replay found: nothing else, or the first event that came out differently. */
export function ReplayVerdict({ run, linked = false }: { run: Run; linked?: boolean }) {
  const runLink = useRunLink();
  const verdict = replayVerdict(run.output);
  const link = linked && (
    <Link {...runLink(run.id)} className="link">
      {words.open}
    </Link>
  );
  if (!verdict) {
    return (
      <Note tone="danger" role="alert" action={link}>
        {run.error?.message ?? words.failed}
      </Note>
    );
  }
  if (verdict.identical) {
    return (
      <Note tone="success" role="status" action={link}>
        {words.identical}
      </Note>
    );
  }
  const found = verdict.difference;
  return (
    <div className="flex flex-col gap-2">
      <Note tone="warn" role="status" action={link}>
        {words.different(found?.index ?? 0)}
      </Note>
      {found && (
        <DiffView
          label={words.label}
          lines={diffJson(found.expected, found.actual)}
          before={words.expected}
          after={words.actual}
        />
      )}
    </div>
  );
}
