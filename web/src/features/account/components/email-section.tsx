import { useId, useState } from 'react';
import { useMe } from '@/features/session';
import { fieldErrors } from '@/shared/forms';
import { Button, Dialog, ErrorNote, Field, Input, toast } from '@/ui';
import { useChangeEmail } from '../api';
import { messages } from '../messages';
import { NO_PROOF, OwnerProof, PROOF_FIELDS } from './owner-proof';
import { Section } from './section';
import { Footer } from './set-up-dialog';

const words = messages.email;
const FIELDS = ['email', ...PROOF_FIELDS] as const;

export function EmailSection() {
  const [asking, setAsking] = useState(false);
  return (
    <Section title={words.title}>
      <div className="flex flex-col items-start gap-3">
        <p className="break-all text-fg-2">{words.now(useMe().email)}</p>
        <Button onClick={() => setAsking(true)}>{words.change}</Button>
      </div>
      {asking && <ChangeDialog onClose={() => setAsking(false)} />}
    </Section>
  );
}

/** The new address, and the proof that it is its owner who asks. */
function ChangeDialog({ onClose }: { onClose: () => void }) {
  const { has_password } = useMe();
  const change = useChangeEmail();
  const formId = useId();
  const under = fieldErrors(change.error, FIELDS);
  const [email, setEmail] = useState('');
  const [proof, setProof] = useState(NO_PROOF);
  const send = () =>
    change.mutate(
      { ...proof, email, code: proof.code || null },
      {
        onSuccess: ({ email }) => {
          toast(words.done(email));
          onClose();
        },
      },
    );
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={words.dialog}
      description={has_password ? words.text : words.fresh}
      footer={
        <Footer formId={formId} label={words.change} busy={change.isPending} onClose={onClose} />
      }
    >
      <form
        id={formId}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Field label={words.next} error={under.email}>
          <Input
            value={email}
            onChange={({ target }) => setEmail(target.value)}
            type="email"
            autoComplete="email"
            maxLength={254}
          />
        </Field>
        <OwnerProof
          values={proof}
          under={under}
          onChange={(changed) => setProof((now) => ({ ...now, ...changed }))}
        />
        <ErrorNote error={change.error} fields={FIELDS} />
      </form>
    </Dialog>
  );
}
