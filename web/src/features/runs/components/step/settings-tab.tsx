import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Run, RunStep } from '@/api';
import { CopyId, ErrorState, formatTokens, JsonViewer, Skeleton, Time } from '@/ui';
import { runDefinitionQuery } from '../../api';
import { messages } from '../../messages';
import { Block } from './said';

const words = messages.step;

/** How a step ran, and the definition that the run froze at its start. */
export function SettingsTab({ run, step }: { run: Run; step: RunStep | null }) {
  return (
    <div className="flex flex-col gap-5 px-5 py-4">
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-5 gap-y-[7px] [&_dd]:min-w-0 [&_dd]:break-words [&_dt]:text-fg-3">
        {step ? <StepFacts step={step} /> : <RunFacts run={run} />}
      </dl>
      <Definition runId={run.id} />
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function StepFacts({ step }: { step: RunStep }) {
  const { facts } = words;
  return (
    <>
      <Fact name={facts.kind}>{messages.stepKinds[step.kind]}</Fact>
      <Fact name={facts.effect}>{words.effects[step.effect] ?? step.effect}</Fact>
      <Fact name={facts.attempt}>{step.attempt}</Fact>
      {step.model && <Fact name={facts.model}>{step.model}</Fact>}
      {step.started_at && (
        <Fact name={facts.started}>
          <Time at={step.started_at} absolute />
        </Fact>
      )}
      {step.ended_at && (
        <Fact name={facts.ended}>
          <Time at={step.ended_at} absolute />
        </Fact>
      )}
      <UsageFacts step={step} />
      <Fact name={facts.key}>
        <code className="mono">{step.key}</code>
      </Fact>
      <Fact name={facts.id}>
        <CopyId id={step.id} />
      </Fact>
    </>
  );
}

function UsageFacts({ step: { usage } }: { step: RunStep }) {
  const { facts } = words;
  return (
    <>
      {usage && usage.cached_input_tokens > 0 && (
        <Fact name={facts.cached}>{formatTokens(usage.cached_input_tokens)}</Fact>
      )}
      {usage && usage.reasoning_tokens > 0 && (
        <Fact name={facts.reasoning}>{formatTokens(usage.reasoning_tokens)}</Fact>
      )}
    </>
  );
}

function RunFacts({ run }: { run: Run }) {
  const { facts } = words;
  return (
    <>
      <Fact name={facts.kind}>{messages.kinds[run.kind] ?? run.kind}</Fact>
      <Fact name={facts.started}>
        {run.started_at ? <Time at={run.started_at} absolute /> : messages.facts.notStarted}
      </Fact>
      {run.ended_at && (
        <Fact name={facts.ended}>
          <Time at={run.ended_at} absolute />
        </Fact>
      )}
      <Fact name={facts.id}>
        <CopyId id={run.id} />
      </Fact>
      <Fact name={facts.definition}>
        <CopyId id={run.definition_sha} />
      </Fact>
    </>
  );
}

function Definition({ runId }: { runId: string }) {
  const { data, error, isPending, refetch } = useQuery(runDefinitionQuery(runId));
  return (
    <Block title={words.definition}>
      <p className="meta text-fg-3">{words.definitionHint}</p>
      {isPending && <Skeleton className="h-24 w-full" />}
      {error && (
        <ErrorState title={words.definitionError} error={error} onRetry={() => void refetch()} />
      )}
      {data !== undefined && <JsonViewer value={data} label={words.definition} />}
    </Block>
  );
}
