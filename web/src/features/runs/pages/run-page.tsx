import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Run, RunStep } from '@/api';
import { useCan, useProject } from '@/features/session';
import { ErrorState, Note, Page, Skeleton, type Status, StatusBadge } from '@/ui';
import { runQuery, runStepsQuery } from '../api';
import { ForkDialog } from '../components/fork-dialog';
import { Neighbours } from '../components/neighbours';
import { ReplayResult, ReplayVerdict } from '../components/replay-result';
import { ResumeCard } from '../components/resume-card';
import { canForkFrom, RunActions } from '../components/run-actions';
import { RunFacts } from '../components/run-facts';
import { RunSummary } from '../components/run-summary';
import { StepPanel } from '../components/step/step-panel';
import { Trace } from '../components/trace/trace';
import { useNow } from '../hooks/use-now';
import { useStepAnnouncer } from '../hooks/use-step-announcer';
import { useTrace } from '../hooks/use-trace';
import { messages } from '../messages';
import { inputPreview, isActive, isFinished, unknownStep } from '../model/run-facts';
import { parseRunPageSearch, type RunPageSearch } from '../model/run-search';
import { ROOT_ID } from '../model/step-tree';
import { useLiveRun } from '../realtime';

const TITLE_LENGTH = 72;

/** One run: its journal as a tree with a waterfall, what is in each step, and what can be done with it. */
export function RunPage() {
  const { run: runId } = useParams({ from: '/p/$project/runs/$run' });
  const search = parseRunPageSearch(useSearch({ strict: false }));
  const { data: run, error, refetch } = useQuery(runQuery(runId));
  useLiveRun(runId, !run || !isFinished(run));
  const crumbs = useCrumbs(search);
  if (run) return <OpenRun key={run.id} run={run} search={search} />;
  return (
    <Page title={messages.run.loading} crumbs={crumbs} heading="hidden" flush>
      <div className="p-8 max-md:p-4">
        {error ? (
          <ErrorState title={messages.run.loadError} error={error} onRetry={() => void refetch()} />
        ) : (
          <Skeleton className="h-7 w-72" />
        )}
      </div>
    </Page>
  );
}

function useCrumbs({ step: _step, ...list }: RunPageSearch) {
  const project = useProject();
  const link = { to: '/p/$project/runs', params: { project: project.id }, search: list } as const;
  return [{ label: messages.title, link }];
}

function OpenRun({ run, search }: { run: Run; search: RunPageSearch }) {
  const client = useQueryClient();
  const journal = useQuery(runStepsQuery(run.id, client));
  const steps = journal.data ?? [];
  const now = useNow(isActive(run));
  const trace = useTrace(run, steps, now);
  const select = useSelection();
  const [panelOpen, setPanelOpen] = useState(search.step !== undefined);
  const step = steps.find((candidate) => candidate.id === search.step) ?? null;
  useStepAnnouncer(run, steps);
  return (
    <RunFrame run={run} search={search} steps={steps} step={step}>
      <div className="flex min-h-0 flex-1 flex-col max-md:overflow-y-auto">
        <RunFacts run={run} stepCount={Math.max(run.step_count, steps.length)} now={now} />
        <RunNotes run={run} steps={steps} />
        <div className="flex min-h-0 flex-1 max-md:flex-none">
          <Trace
            run={run}
            steps={journal.data}
            loading={journal.isFetching}
            error={journal.error}
            onRetry={() => void journal.refetch()}
            trace={trace}
            selectedId={step?.id ?? ROOT_ID}
            onSelect={(id) => {
              select(id);
              setPanelOpen(true);
            }}
          />
          <StepPanel
            run={run}
            step={step}
            steps={steps}
            now={now}
            open={panelOpen}
            onClose={() => setPanelOpen(false)}
          />
        </div>
      </div>
    </RunFrame>
  );
}

/** The selected step stands in the address, so that it can be sent to someone. */
function useSelection(): (id: string) => void {
  const navigate = useNavigate();
  return (id) =>
    void navigate({
      to: '.',
      search: (current: Record<string, unknown>) => ({ ...current, step: id }),
      replace: true,
      resetScroll: false,
    });
}

interface RunFrameProps {
  run: Run;
  search: RunPageSearch;
  steps: readonly RunStep[];
  step: RunStep | null;
  children: React.ReactNode;
}

/** Title, actions, and what the actions bring up. */
function RunFrame({ run, search, steps, step, children }: RunFrameProps) {
  const canRun = useCan('developer');
  const [forking, setForking] = useState(false);
  const [replay, setReplay] = useState<Run | null>(null);
  const crumbs = useCrumbs(search);
  const { step: _step, ...list } = search;
  const actions = canRun && (
    <RunActions
      run={run}
      step={step}
      asksWhatHappened={unknownStep(steps) !== null}
      onFork={() => setForking(true)}
      onReplay={setReplay}
    />
  );
  return (
    <Page
      title={titleOf(run)}
      crumbs={crumbs}
      heading="detail"
      status={<StatusBadge status={run.status as Status} />}
      summary={<RunSummary run={run} />}
      actions={actions || undefined}
      topActions={<Neighbours runId={run.id} search={list} />}
      flush
    >
      {replay && (
        <div className="flex-none px-8 pb-3 max-md:px-4">
          <ReplayResult runId={replay.id} />
        </div>
      )}
      {children}
      {forking && canForkFrom(step) && (
        <ForkDialog runId={run.id} step={step} onClose={() => setForking(false)} />
      )}
    </Page>
  );
}

function titleOf(run: Run): string {
  const text = inputPreview(run.input);
  if (text === '') return messages.untitled;
  return text.length > TITLE_LENGTH ? `${text.slice(0, TITLE_LENGTH - 1).trimEnd()}…` : text;
}

/** What a person should know or decide before reading the trace. */
function RunNotes({ run, steps }: { run: Run; steps: readonly RunStep[] }) {
  const canRun = useCan('developer');
  const unknown = run.status === 'waiting' ? unknownStep(steps) : null;
  const isReplay = run.trigger === 'replay' && isFinished(run);
  if (!unknown && !isReplay && !run.error) return null;
  return (
    <div className="flex max-h-[45%] flex-none flex-col gap-2 overflow-auto border-b border-line px-8 py-3 max-md:max-h-none max-md:px-4">
      {unknown && canRun && <ResumeCard runId={run.id} step={unknown} />}
      {unknown && !canRun && <Note tone="warn">{messages.resume.viewer(unknown.name)}</Note>}
      {isReplay && <ReplayVerdict run={run} />}
      {run.error && !unknown && !isReplay && (
        <Note tone={run.status === 'waiting' ? 'warn' : 'danger'}>
          {run.error.message} <code className="mono">{run.error.code}</code>
        </Note>
      )}
    </div>
  );
}
