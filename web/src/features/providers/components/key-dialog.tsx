import { useId, useState } from 'react';
import type { Provider, ProviderKey } from '@/api';
import { Button, Dialog, Field, Input, Textarea } from '@/ui';
import { useAddKey, useChangeKey } from '../api';
import { messages } from '../messages';

export type KeyDialogMode =
  | { kind: 'add' }
  | { kind: 'rename'; key: ProviderKey }
  | { kind: 'replace'; key: ProviderKey };

type KeyDialogProps = {
  provider: Provider;
  mode: KeyDialogMode;
  multiline: boolean;
  onClose: () => void;
};

const words = messages.keys;

/** Adds a key, or gives one another name or value. */
export function KeyDialog({ provider, mode, multiline, onClose }: KeyDialogProps) {
  const id = useId();
  const [label, setLabel] = useState(mode.kind === 'rename' ? mode.key.label : '');
  const [value, setValue] = useState('');
  const add = useAddKey(provider.id);
  const change = useChangeKey();
  const done = { onSuccess: onClose };
  const ready = mode.kind === 'rename' ? label.trim() !== '' : value.trim() !== '';
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    if (mode.kind === 'add') add.mutate({ value, ...(label.trim() && { label }) }, done);
    else if (mode.kind === 'rename') change.mutate({ key: mode.key, change: { label } }, done);
    else change.mutate({ key: mode.key, change: { value } }, done);
  };
  const error = add.error ?? change.error;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.dialog[mode.kind](mode.kind === 'add' ? provider.name : mode.key.label)}
      footer={
        <>
          <Button onClick={onClose}>{messages.cancel}</Button>
          <Button
            form={id}
            type="submit"
            variant="primary"
            disabled={!ready}
            busy={add.isPending || change.isPending}
          >
            {words.submit[mode.kind]}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} className="flex flex-col gap-4">
        {mode.kind !== 'rename' && (
          <ValueField
            value={value}
            multiline={multiline}
            error={error?.message}
            onChange={setValue}
          />
        )}
        {mode.kind !== 'replace' && (
          <Field
            label={words.label}
            hint={words.labelHint}
            optional={mode.kind === 'add'}
            error={mode.kind === 'rename' ? error?.message : undefined}
          >
            <Input
              value={label}
              maxLength={120}
              autoComplete="off"
              onChange={(event) => setLabel(event.target.value)}
            />
          </Field>
        )}
      </form>
    </Dialog>
  );
}

type ValueFieldProps = {
  value: string;
  multiline: boolean;
  error?: string;
  onChange: (value: string) => void;
};

function ValueField({ value, multiline, error, onChange }: ValueFieldProps) {
  return (
    <Field label={words.value} hint={words.valueHint} error={error}>
      {multiline ? (
        <Textarea
          mono
          rows={6}
          value={value}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <Input
          type="password"
          mono
          value={value}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
