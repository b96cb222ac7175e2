import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { authStatusQuery, useMe } from '@/features/session';
import { showFieldErrors } from '@/shared/forms';
import { Button, ErrorNote, Field, Input, toast } from '@/ui';
import { useChangePassword } from '../api';
import { messages } from '../messages';
import { Section } from './section';

const words = messages.password;
const schema = z.object({
  current_password: z.string().min(1, words.needCurrent),
  new_password: z.string().min(12, words.needNext),
});
type Values = z.infer<typeof schema>;
const FIELDS = ['current_password', 'new_password'] as const;

export function PasswordSection() {
  const { data: status } = useQuery(authStatusQuery);
  return (
    <Section title={words.title}>
      {status?.password === false ? <p className="text-fg-2">{words.off}</p> : <PasswordForm />}
    </Section>
  );
}

function PasswordForm() {
  const change = useChangePassword();
  const form = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: { current_password: '', new_password: '' },
    mode: 'onTouched',
  });
  const { errors } = form.formState;
  const submit = form.handleSubmit((values) =>
    change.mutate(values, {
      onSuccess: () => {
        form.reset();
        toast(words.done);
      },
      onError: (error) => showFieldErrors(error, [...FIELDS], form.setError),
    }),
  );
  return (
    <form noValidate onSubmit={submit} className="flex max-w-[400px] flex-col gap-4">
      <input type="hidden" autoComplete="username" value={useMe().email} readOnly />
      <Field label={words.current} error={errors.current_password?.message}>
        <Input
          {...form.register('current_password')}
          type="password"
          autoComplete="current-password"
        />
      </Field>
      <Field label={words.next} hint={words.hint} error={errors.new_password?.message}>
        <Input {...form.register('new_password')} type="password" autoComplete="new-password" />
      </Field>
      <ErrorNote error={change.error} fields={FIELDS} />
      <div>
        <Button type="submit" busy={change.isPending}>
          {words.submit}
        </Button>
      </div>
    </form>
  );
}
