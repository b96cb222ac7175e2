import { useMutation, useQueryClient } from '@tanstack/react-query';
import { UserRoundCheck } from 'lucide-react';
import { useEffect } from 'react';
import type { RunResume, RunStep } from '@/api';
import { announce, Button, Icon, toast } from '@/ui';
import { resumeRun } from '../../api';
import { messages } from '../../messages';
import { refreshRun } from '../../realtime';
import { InlineJson } from './inline-json';

type Decision = NonNullable<RunResume['decision']>;

/** A step that was cut between its effect and its record: only a person can say whether it happened. */
export function DecisionCard({ step, canWrite }: { step: RunStep; canWrite: boolean }) {
  const client = useQueryClient();
  const decide = useMutation({
    mutationFn: (decision: Decision) => resumeRun(step.run_id, { step_id: step.id, decision }),
    onSuccess: () => refreshRun(client, step.run_id),
    onError: () => toast.error(messages.decideFailed),
  });
  const title = messages.decideTitle(step.name);
  useEffect(() => announce(title), [title]);
  return (
    <fieldset
      aria-label={title}
      className="my-3.5 min-w-0 overflow-hidden rounded-lg border border-waiting-line bg-raised text-sm shadow-sm"
    >
      <div className="flex items-center gap-[9px] border-b border-waiting-line bg-waiting-soft px-3.5 py-[9px] font-strong text-waiting-text">
        <Icon icon={UserRoundCheck} />
        <span className="min-w-0 truncate">{title}</span>
        <span className="meta ml-auto max-md:hidden">{messages.waitingForPerson}</span>
      </div>
      <div className="flex flex-col gap-3.5 p-3.5">
        <p className="text-fg-2">{messages.decideBody}</p>
        <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-6 gap-y-1.5">
          <dt className="text-fg-3">{messages.decideStep}</dt>
          <dd className="mono">{step.name}</dd>
          <dt className="text-fg-3">{messages.decideInput}</dt>
          <dd className="min-w-0">
            <InlineJson value={step.input} />
          </dd>
        </dl>
        {canWrite && (
          <div className="flex gap-2 max-md:[&>*]:flex-1">
            <Button
              variant="primary"
              busy={decide.isPending && decide.variables === 'done'}
              onClick={() => decide.mutate('done')}
            >
              {messages.decideDone}
            </Button>
            <Button onClick={() => decide.mutate('retry')}>{messages.decideRetry}</Button>
            <Button variant="danger" onClick={() => decide.mutate('fail')}>
              {messages.decideFail}
            </Button>
          </div>
        )}
      </div>
    </fieldset>
  );
}
