import { UserRoundCheck } from 'lucide-react';
import { useId, useState } from 'react';
import type { RunResume, RunStep } from '@/api';
import { Button, ErrorState, Icon } from '@/ui';
import { useResumeRun } from '../api';
import { messages } from '../messages';
import { readJson } from '../model/json-text';
import { JsonField } from './json-field';

const words = messages.resume;

/** Asks what happened to a step that was cut and cannot be undone; the run stands still until a person says so. */
export function ResumeCard({ runId, step }: { runId: string; step: RunStep }) {
  const title = useId();
  const resume = useResumeRun(runId);
  const [output, setOutput] = useState('');
  const [checked, setChecked] = useState(false);
  const send = (answer: Omit<RunResume, 'step_id'>) =>
    resume.mutate({ step_id: step.id, ...answer });
  const done = () => {
    setChecked(true);
    const value = readJson(output);
    if (value !== undefined) send({ decision: 'done', output: value });
  };
  return (
    <section
      aria-labelledby={title}
      className="overflow-hidden rounded-lg border border-waiting-line bg-raised"
    >
      <header className="flex items-center gap-2 border-b border-waiting-line bg-waiting-soft px-3.5 py-2.5 text-waiting-text">
        <Icon icon={UserRoundCheck} />
        <h2 id={title} className="min-w-0 text-sm font-semibold break-words">
          {words.title(step.name)}
        </h2>
      </header>
      <div className="flex flex-col gap-3.5 px-3.5 py-3">
        <p className="text-fg-2">{words.body}</p>
        <JsonField
          label={words.output}
          hint={words.outputHint}
          value={output}
          onChange={setOutput}
          checked={checked}
          rows={2}
        />
        {resume.error && <ErrorState title={messages.run.failedTo.resume} error={resume.error} />}
        <div className="flex flex-wrap gap-2">
          <Button variant="primary" busy={resume.isPending} onClick={done}>
            {words.done}
          </Button>
          <Button disabled={resume.isPending} onClick={() => send({ decision: 'retry' })}>
            {words.retry}
          </Button>
          <Button
            variant="danger"
            disabled={resume.isPending}
            onClick={() => send({ decision: 'fail' })}
          >
            {words.fail}
          </Button>
        </div>
      </div>
    </section>
  );
}
