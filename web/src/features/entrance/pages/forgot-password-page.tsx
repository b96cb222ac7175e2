import { zodResolver } from '@hookform/resolvers/zod';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { authStatusQuery, useAskForReset } from '@/features/session';
import { Button, ErrorNote, Field, Input, Note } from '@/ui';
import { Entrance, EntranceTitle } from '../components/entrance';
import { PasswordsOff } from '../components/passwords-off';
import { messages } from '../messages';

const words = messages.forgot;
const schema = z.object({ email: z.string().trim().min(1, messages.errors.email) });
type Values = z.infer<typeof schema>;

export function ForgotPasswordPage() {
  const { data: status } = useSuspenseQuery(authStatusQuery);
  const ask = useAskForReset();
  const form = useForm<Values>({ resolver: zodResolver(schema), mode: 'onTouched' });
  const submit = form.handleSubmit(({ email }) => ask.mutate(email));
  if (!status.password) return <PasswordsOff status={status} />;
  return (
    <Entrance version={status.version}>
      <EntranceTitle title={words.title}>{words.summary}</EntranceTitle>
      <form noValidate onSubmit={submit} className="mt-6 flex flex-col gap-4">
        <Field label={messages.fields.email} error={form.formState.errors.email?.message}>
          <Input {...form.register('email')} type="email" autoComplete="username" size="lg" />
        </Field>
        <ErrorNote error={ask.error} />
        {ask.data && (
          <Note tone="success" role="status">
            {ask.data.detail} {words.noMail}
          </Note>
        )}
        <Button type="submit" variant="primary" size="lg" busy={ask.isPending}>
          {words.submit}
        </Button>
        <Link to="/login" className="link self-center">
          {words.back}
        </Link>
      </form>
    </Entrance>
  );
}
