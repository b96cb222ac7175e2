import { useId, useState } from 'react';
import type { SecondFactorProof } from '@/api';
import { fieldErrors } from '@/shared/forms';
import { Dialog, ErrorNote, Field, Input } from '@/ui';
import { messages } from '../messages';
import { Footer } from './set-up-dialog';

const words = messages.factor;
const FIELDS = ['password', 'code'] as const;

type Props = {
  title: string;
  text: string;
  label: string;
  busy: boolean;
  error: Error | null;
  onClose: () => void;
  onProof: (proof: SecondFactorProof) => void;
};

/** Password and code, before what a borrowed session must not do. */
export function ProofDialog({ title, text, label, busy, error, onClose, onProof }: Props) {
  const formId = useId();
  const under = fieldErrors(error, FIELDS);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      description={text}
      footer={<Footer formId={formId} label={label} busy={busy} onClose={onClose} />}
    >
      <form
        id={formId}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          onProof({ password, code });
        }}
      >
        <Field label={words.password} error={under.password}>
          <Input
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        <Field label={words.code} hint={words.codeHint} error={under.code}>
          <Input
            value={code}
            onChange={(event) => setCode(event.target.value)}
            autoComplete="one-time-code"
          />
        </Field>
        <ErrorNote error={error} fields={FIELDS} />
      </form>
    </Dialog>
  );
}
