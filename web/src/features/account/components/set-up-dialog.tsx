import { useId, useState } from 'react';
import type { SecondFactorSecret } from '@/api';
import { Button, Dialog } from '@/ui';
import { useBeginSecondFactor, useConfirmSecondFactor } from '../api';
import { messages } from '../messages';
import { PasswordForm, ScanForm } from './set-up-forms';

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
      <PasswordForm formId={formId} begin={begin} onSecret={onSecret} />
    </Dialog>
  );
}

function ScanStep({ secret, onClose, onCodes }: Props & { secret: SecondFactorSecret }) {
  const confirm = useConfirmSecondFactor();
  const formId = useId();
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
      <ScanForm formId={formId} secret={secret} confirm={confirm} onCodes={onCodes} />
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
