import { useId, useState } from 'react';
import { fieldErrors } from '@/shared/forms';
import { Dialog, ErrorNote } from '@/ui';
import { NO_PROOF, OwnerProof, PROOF_FIELDS, type Proof } from './owner-proof';
import { Footer } from './set-up-dialog';

type Props = {
  title: string;
  text: string;
  label: string;
  busy: boolean;
  error: Error | null;
  onClose: () => void;
  onProof: (proof: Proof) => void;
};

/** Asked before what a borrowed session must not do. */
export function ProofDialog({ title, text, label, busy, error, onClose, onProof }: Props) {
  const formId = useId();
  const [proof, setProof] = useState(NO_PROOF);
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
          onProof(proof);
        }}
      >
        <OwnerProof
          values={proof}
          under={fieldErrors(error, PROOF_FIELDS)}
          onChange={(changed) => setProof((now) => ({ ...now, ...changed }))}
        />
        <ErrorNote error={error} fields={PROOF_FIELDS} />
      </form>
    </Dialog>
  );
}
