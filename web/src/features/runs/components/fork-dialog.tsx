import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { RunFork, RunStep } from '@/api';
import { Button, Dialog, ErrorState, Field, Segmented, Textarea } from '@/ui';
import { runDefinitionQuery, useForkRun } from '../api';
import { useRunLink } from '../hooks/use-run-link';
import { messages } from '../messages';
import { readJson } from '../model/json-text';
import { instructionsIn } from '../model/step-content';
import { JsonField } from './json-field';

const words = messages.fork;

type Change = 'output' | 'instructions';

export interface ForkDialogProps {
  runId: string;
  step: RunStep;
  onClose: () => void;
}

/** Starts a run that repeats this one up to `step` and goes on with one thing changed. */
export function ForkDialog({ runId, step, onClose }: ForkDialogProps) {
  const definition = useQuery(runDefinitionQuery(runId));
  const isModel = step.kind === 'model';
  const [change, setChange] = useState<Change>(isModel ? 'instructions' : 'output');
  const [output, setOutput] = useState(() => JSON.stringify(step.output ?? null, null, 2));
  const [typed, setTyped] = useState<string | null>(null);
  const [checked, setChecked] = useState(false);
  const instructions = typed ?? instructionsIn(definition.data) ?? '';
  const fork = useFork(runId);
  const start = () => {
    setChecked(true);
    const set = change === 'output' ? outputChange(output) : instructionsChange(instructions);
    if (set) fork.mutate({ step_id: step.id, set });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.title}
      description={words.body(step.name)}
      width="wide"
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button variant="primary" busy={fork.isPending} onClick={start}>
            {words.action}
          </Button>
        </>
      }
    >
      {!isModel && <ChangeChoice value={change} onChange={setChange} />}
      {change === 'output' ? (
        <JsonField
          label={words.output}
          hint={words.outputHint}
          value={output}
          onChange={setOutput}
          checked={checked}
        />
      ) : (
        <Field
          label={words.instructions}
          hint={words.instructionsHint}
          error={checked && instructions.trim() === '' ? words.empty : null}
        >
          <Textarea
            rows={8}
            value={instructions}
            onChange={(event) => setTyped(event.target.value)}
          />
        </Field>
      )}
      {fork.error && <ErrorState title={messages.run.failedTo.fork} error={fork.error} />}
    </Dialog>
  );
}

function ChangeChoice({ value, onChange }: { value: Change; onChange: (change: Change) => void }) {
  return (
    <Segmented
      label={words.change}
      value={value}
      onValueChange={onChange}
      options={[
        { value: 'output', label: words.choices.output },
        { value: 'instructions', label: words.choices.instructions },
      ]}
    />
  );
}

function outputChange(text: string): RunFork['set'] | null {
  const output = readJson(text);
  return output === undefined ? null : { output };
}

function instructionsChange(text: string): RunFork['set'] | null {
  return text.trim() === '' ? null : { instructions: text };
}

function useFork(runId: string) {
  const navigate = useNavigate();
  const runLink = useRunLink();
  const fork = useForkRun(runId);
  return {
    ...fork,
    mutate: (body: RunFork) =>
      fork.mutate(body, {
        onSuccess: (run) => void navigate(runLink(run.id)),
      }),
  };
}
