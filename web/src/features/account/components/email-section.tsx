import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useMe } from '@/features/session';
import { fieldErrors } from '@/shared/forms';
import { Button, Dialog, ErrorNote, Field, Input, toast } from '@/ui';
import { secondFactorQuery, useChangeEmail } from '../api';
import { messages } from '../messages';
import { Section } from './section';
import { Footer } from './set-up-dialog';

const words = messages.email;
const FIELDS = ['email', 'password', 'code'] as const;

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
  const { data: factor } = useQuery(secondFactorQuery);
  const change = useChangeEmail();
  const formId = useId();
  const under = fieldErrors(change.error, FIELDS);
  const [values, setValues] = useState({ email: '', password: '', code: '' });
  const bind = (name: keyof typeof values) => ({
    value: values[name],
    onChange: ({ target }: { target: { value: string } }) =>
      setValues((now) => ({ ...now, [name]: target.value })),
  });
  const send = () =>
    change.mutate(
      { ...values, code: values.code || null },
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
          <Input {...bind('email')} type="email" autoComplete="email" maxLength={254} />
        </Field>
        {has_password && (
          <Field label={messages.factor.password} error={under.password}>
            <Input {...bind('password')} type="password" autoComplete="current-password" />
          </Field>
        )}
        {factor?.enabled && (
          <Field label={messages.factor.code} hint={messages.factor.codeHint} error={under.code}>
            <Input {...bind('code')} autoComplete="one-time-code" />
          </Field>
        )}
        <ErrorNote error={change.error} fields={FIELDS} />
      </form>
    </Dialog>
  );
}
