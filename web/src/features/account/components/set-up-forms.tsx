import { type ReactNode, useState } from 'react';
import type { SecondFactorSecret } from '@/api';
import { Field, Input, Note } from '@/ui';
import type { useBeginSecondFactor, useConfirmSecondFactor } from '../api';
import { messages } from '../messages';
import { Qr } from './qr';

const words = messages.factor;

type PasswordProps = {
  begin: ReturnType<typeof useBeginSecondFactor>;
  onSecret: (secret: SecondFactorSecret) => void;
  formId?: string;
  size?: 'lg';
  /** The buttons, where the form has them inside. */
  children?: ReactNode;
};

/** The first step: the password once more. */
export function PasswordForm({ begin, onSecret, formId, size, children }: PasswordProps) {
  const [password, setPassword] = useState('');
  return (
    <form
      id={formId}
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        begin.mutate(password, { onSuccess: onSecret });
      }}
    >
      <Field label={words.password}>
        <Input
          type="password"
          autoComplete="current-password"
          size={size}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Field>
      <Failure error={begin.error} />
      {children}
    </form>
  );
}

type ScanProps = {
  secret: SecondFactorSecret;
  confirm: ReturnType<typeof useConfirmSecondFactor>;
  onCodes: (codes: string[]) => void;
  formId?: string;
  size?: 'lg';
  children?: ReactNode;
};

/** The second step: the picture, and a first code. */
export function ScanForm({ secret, confirm, onCodes, formId, size, children }: ScanProps) {
  const [code, setCode] = useState('');
  return (
    <form
      id={formId}
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate(code, { onSuccess: (made) => onCodes(made.recovery_codes) });
      }}
    >
      <div className="flex justify-center">
        <Qr rows={secret.qr} label={words.picture} />
      </div>
      <Field label={words.key}>
        <Input value={grouped(secret.secret)} readOnly className="mono" size={size} />
      </Field>
      <Field label={words.code}>
        <Input
          value={code}
          onChange={(event) => setCode(event.target.value)}
          inputMode="numeric"
          autoComplete="one-time-code"
          size={size}
        />
      </Field>
      <Failure error={confirm.error} />
      {children}
    </form>
  );
}

export function Failure({ error }: { error: Error | null }) {
  if (!error) return null;
  return (
    <Note tone="danger" role="alert">
      {error.message}
    </Note>
  );
}

function grouped(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? secret;
}
