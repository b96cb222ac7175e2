import { useId, useState } from 'react';
import type { SecondFactorSecret } from '@/api';
import { Button, Dialog, Field, Input, Note } from '@/ui';
import { useBeginSecondFactor, useConfirmSecondFactor } from '../api';
import { messages } from '../messages';
import { Qr } from './qr';

const words = messages.factor;

type Props = { onClose: () => void; onCodes: (codes: string[]) => void };

/** First the password, then the picture and a first code. */
export function SetUpDialog({ onClose, onCodes }: Props) {
  const [secret, setSecret] = useState<SecondFactorSecret>();
  return secret ? (
    <ScanStep secret={secret} onClose={onClose} onCodes={onCodes} />
  ) : (
    <PasswordStep onClose={onClose} onSecret={setSecret} />
  );
}

type StepProps = { onClose: () => void; onSecret: (secret: SecondFactorSecret) => void };

function PasswordStep({ onClose, onSecret }: StepProps) {
  const begin = useBeginSecondFactor();
  const formId = useId();
  const [password, setPassword] = useState('');
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={words.beginTitle}
      description={words.begin}
      footer={
        <Footer formId={formId} label={words.next} busy={begin.isPending} onClose={onClose} />
      }
    >
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
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        <Failure error={begin.error} />
      </form>
    </Dialog>
  );
}

type ScanProps = Props & { secret: SecondFactorSecret };

function ScanStep({ secret, onClose, onCodes }: ScanProps) {
  const confirm = useConfirmSecondFactor();
  const formId = useId();
  const [code, setCode] = useState('');
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={words.scanTitle}
      description={words.scan}
      footer={
        <Footer formId={formId} label={words.confirm} busy={confirm.isPending} onClose={onClose} />
      }
    >
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
          <Input value={grouped(secret.secret)} readOnly className="mono" />
        </Field>
        <Field label={words.code}>
          <Input
            value={code}
            onChange={(event) => setCode(event.target.value)}
            inputMode="numeric"
            autoComplete="one-time-code"
          />
        </Field>
        <Failure error={confirm.error} />
      </form>
    </Dialog>
  );
}

type FooterProps = { formId: string; label: string; busy: boolean; onClose: () => void };

export function Footer({ formId, label, busy, onClose }: FooterProps) {
  return (
    <>
      <Button onClick={onClose}>{messages.cancel}</Button>
      <Button type="submit" form={formId} variant="primary" busy={busy}>
        {label}
      </Button>
    </>
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
