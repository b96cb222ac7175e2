import { useId, useState } from 'react';
import type { Model } from '@/api';
import { useChangeModel } from '@/features/providers';
import { Button, Checkbox, Dialog, ErrorNote, Field, formatTokens, Input, Note } from '@/ui';
import { messages } from '../messages';
import {
  ABILITIES,
  type Ability,
  type FactsText,
  factsText,
  isOwn,
  type Problem,
  priceText,
  RESET,
  toUpdate,
} from '../model/facts';

const words = messages.form;
const FIELDS = ['input', 'output', 'cached', 'context'] as const;

/** What an administrator says of a model, over what the shipped table says. */
export function FactsDialog({ model, onClose }: { model: Model; onClose: () => void }) {
  const id = useId();
  const change = useChangeModel();
  const [text, setText] = useState<FactsText>(() => factsText(model));
  const [abilities, setAbilities] = useState(
    () => new Set<Ability>(ABILITIES.filter((one) => model.abilities[one])),
  );
  const [problem, setProblem] = useState<Problem>();
  const send = (update: Parameters<typeof change.mutate>[0]['change']) =>
    change.mutate({ model, change: update }, { onSuccess: onClose });
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    const update = toUpdate(model, text, abilities);
    if (typeof update === 'string') setProblem(update);
    else if (Object.keys(update).length === 0) onClose();
    else send(update);
  };
  const toggle = (one: Ability, on: boolean) =>
    setAbilities(new Set(ABILITIES.filter((other) => (other === one ? on : abilities.has(other)))));
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={messages.edit(model.name)}
      description={<Shipped model={model} />}
      footer={
        <>
          {isOwn(model) && (
            <Button variant="ghost" className="mr-auto -ml-3" onClick={() => send(RESET)}>
              {words.reset}
            </Button>
          )}
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button form={id} type="submit" variant="primary" busy={change.isPending}>
            {words.save}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} noValidate className="flex flex-col gap-4">
        <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
          {FIELDS.map((name) => (
            <Field
              key={name}
              label={words[name]}
              hint={name === 'cached' ? words.cachedHint : undefined}
              optional={name === 'cached'}
            >
              <Input
                value={text[name]}
                inputMode="decimal"
                autoComplete="off"
                onChange={(event) => setText({ ...text, [name]: event.target.value })}
              />
            </Field>
          ))}
        </div>
        <fieldset className="flex flex-wrap gap-x-5 gap-y-2">
          <legend className="mb-1.5 text-sm font-medium">{words.abilities}</legend>
          {ABILITIES.map((one) => (
            <Checkbox
              key={one}
              checked={abilities.has(one)}
              onCheckedChange={(on) => toggle(one, on)}
            >
              {messages.abilities[one]}
            </Checkbox>
          ))}
        </fieldset>
        <Trouble problem={problem} error={change.error} />
      </form>
    </Dialog>
  );
}

function Shipped({ model }: { model: Model }) {
  const { shipped } = model;
  if (!shipped) return words.none;
  const facts = [
    `${priceText(shipped.input_usd_micros_per_mtok)} in`,
    `${priceText(shipped.output_usd_micros_per_mtok)} out`,
    ...(shipped.context_window ? [`${formatTokens(shipped.context_window)} tokens`] : []),
  ];
  return words.shipped(facts.join(', '), shipped.as_of);
}

function Trouble({ problem, error }: { problem?: Problem; error: Error | null }) {
  if (error || !problem) return <ErrorNote error={error} stale={words.stale} />;
  return (
    <Note tone="danger" role="alert">
      {words[problem]}
    </Note>
  );
}
