import { type ComponentProps, type ReactNode, useState } from 'react';
import type { SecondFactorSecret } from '@/api';
import { fieldErrors } from '@/shared/forms';
import { ErrorNote, Field, Input } from '@/ui';
import type { useBeginSecondFactor, useConfirmSecondFactor } from '../api';
import { messages } from '../messages';
import { Qr } from './qr';

const words = messages.factor;

type FormProps = {
  formId?: string;
  size?: 'lg';
  /** The buttons, where the form has them inside. */
  children?: ReactNode;
};

type PasswordProps = FormProps & {
  begin: ReturnType<typeof useBeginSecondFactor>;
  onSecret: (secret: SecondFactorSecret) => void;
};

/** The first step: the password once more. */
export function PasswordForm({ begin, onSecret, ...form }: PasswordProps) {
  return (
    <StepForm
      {...form}
      name="password"
      label={words.password}
      input={{ type: 'password', autoComplete: 'current-password' }}
      error={begin.error}
      onValue={(password) => begin.mutate(password, { onSuccess: onSecret })}
    />
  );
}

type ScanProps = FormProps & {
  secret: SecondFactorSecret;
  confirm: ReturnType<typeof useConfirmSecondFactor>;
  onCodes: (codes: string[]) => void;
};

/** The second step: the picture, and a first code. */
export function ScanForm({ secret, confirm, onCodes, ...form }: ScanProps) {
  return (
    <StepForm
      {...form}
      name="code"
      label={words.code}
      input={{ inputMode: 'numeric', autoComplete: 'one-time-code' }}
      error={confirm.error}
      onValue={(code) =>
        confirm.mutate(code, { onSuccess: (made) => onCodes(made.recovery_codes) })
      }
      above={
        <>
          <div className="flex justify-center">
            <Qr rows={secret.qr} label={words.picture} />
          </div>
          <Field label={words.key}>
            <Input value={grouped(secret.secret)} readOnly className="mono" size={form.size} />
          </Field>
        </>
      }
    />
  );
}

type StepProps = FormProps & {
  /** As the server calls the field. */
  name: string;
  label: string;
  input: ComponentProps<typeof Input>;
  error: Error | null;
  onValue: (value: string) => void;
  above?: ReactNode;
};

function StepForm({ name, label, input, error, onValue, above, ...form }: StepProps) {
  const [value, setValue] = useState('');
  const under = fieldErrors(error, [name]);
  return (
    <form
      id={form.formId}
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        onValue(value);
      }}
    >
      {above}
      <Field label={label} error={under[name]}>
        <Input
          {...input}
          autoFocus
          size={form.size}
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
      </Field>
      <ErrorNote error={error} fields={[name]} />
      {form.children}
    </form>
  );
}

function grouped(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? secret;
}
