import { useQuery } from '@tanstack/react-query';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import type { Run, RunStep } from '@/api';
import { Button, IconButton, Markdown, Note, useCopy } from '@/ui';
import { runDefinitionQuery } from '../../api';
import { messages } from '../../messages';
import { isActive } from '../../model/run-facts';
import { answerIn, answerTextIn, instructionsIn, messagesIn } from '../../model/step-content';
import { Block, Said, TextCard, Value } from './said';

const words = messages.step;
const CHARACTERS_PER_TOKEN = 4;

/** What went into a step, or into the whole run, and what came out. */
export function IoTab({ run, step }: { run: Run; step: RunStep | null }) {
  const input = step ? step.input : run.input;
  const output = step ? step.output : run.output;
  const error = step ? step.error : run.error;
  return (
    <div className="flex flex-col">
      <div className="flex flex-col gap-3.5 px-5 py-3.5">
        {step?.kind === 'model' && <SystemBlock runId={run.id} />}
        <Input value={input} />
      </div>
      <div className="flex flex-col gap-3.5 border-t border-line px-5 py-3.5">
        {error && (
          <Note tone={step?.status === 'unknown' ? 'warn' : 'danger'}>
            {error.message} <code className="mono">{error.code}</code>
          </Note>
        )}
        <Output value={output} pending={isPending(run, step)} />
      </div>
    </div>
  );
}

function isPending(run: Run, step: RunStep | null): boolean {
  if (!step) return isActive(run) || run.status === 'waiting';
  return step.status === 'started' || step.status === 'waiting' || step.status === 'unknown';
}

function SystemBlock({ runId }: { runId: string }) {
  const [open, setOpen] = useState(false);
  const definition = useQuery(runDefinitionQuery(runId));
  const instructions = instructionsIn(definition.data);
  if (!instructions) return null;
  const tokens = Math.ceil(instructions.length / CHARACTERS_PER_TOKEN);
  return (
    <Block
      title={words.roles.system}
      aside={
        <>
          <span className="meta text-fg-3">{words.aboutTokens(tokens)}</span>
          <Button
            variant="ghost"
            size="sm"
            className="ml-auto"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {open ? words.hide : words.show}
          </Button>
        </>
      }
    >
      {open && (
        <TextCard>
          <span className="whitespace-pre-wrap">{instructions}</span>
        </TextCard>
      )}
    </Block>
  );
}

function Input({ value }: { value: unknown }) {
  const said = messagesIn(value);
  if (said) {
    // biome-ignore lint/suspicious/noArrayIndexKey: a recorded input never changes
    return said.map((message, index) => <Said key={index} message={message} />);
  }
  return (
    <Block title={words.input} aside={<CopyValue value={value} label={words.copyInput} />}>
      {isNothing(value) ? (
        <Nothing text={words.noInput} />
      ) : (
        <Value value={value} label={words.input} />
      )}
    </Block>
  );
}

function Output({ value, pending }: { value: unknown; pending: boolean }) {
  return (
    <>
      <Block title={words.output} aside={<CopyValue value={value} label={words.copyOutput} />} />
      <OutputBody value={value} pending={pending} />
    </>
  );
}

function OutputBody({ value, pending }: { value: unknown; pending: boolean }) {
  const said = answerIn(value);
  const text = answerTextIn(value);
  if (said) return <Said message={said} />;
  if (text) {
    return (
      <TextCard>
        <Markdown text={text} />
      </TextCard>
    );
  }
  if (isNothing(value)) return <Nothing text={pending ? words.noOutput : words.noOutputEver} />;
  return <Value value={value} label={words.output} />;
}

function Nothing({ text }: { text: string }) {
  return <p className="text-fg-3">{text}</p>;
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined;
}

function CopyValue({ value, label }: { value: unknown; label: string }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null, null, 2);
  const { copied, copy } = useCopy(text);
  if (isNothing(value)) return null;
  return (
    <IconButton
      size="sm"
      icon={copied ? Check : Copy}
      label={label}
      onClick={copy}
      className="ml-auto"
    />
  );
}
