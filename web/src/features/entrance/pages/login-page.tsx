import { zodResolver } from '@hookform/resolvers/zod';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { ApiError } from '@/api';
import { authStatusQuery, useSignIn } from '@/features/session';
import { Button, Field, Input, Note } from '@/ui';
import { Entrance, EntranceTitle } from '../components/entrance';
import { messages } from '../messages';

const schema = z.object({
  email: z.string().trim().min(1, messages.errors.email),
  password: z.string().min(1, messages.errors.password),
});
type Values = z.infer<typeof schema>;

/** `onSignedIn` goes on to where the person wanted to be. */
export function LoginPage({ onSignedIn }: { onSignedIn: () => void }) {
  const { data: status } = useSuspenseQuery(authStatusQuery);
  const signIn = useSignIn();
  const form = useForm<Values>({ resolver: zodResolver(schema), mode: 'onTouched' });
  const { errors } = form.formState;
  const submit = form.handleSubmit((values) => signIn.mutate(values, { onSuccess: onSignedIn }));
  return (
    <Entrance version={status.version}>
      <EntranceTitle title={messages.login.title}>{window.location.host}</EntranceTitle>
      <form noValidate onSubmit={submit} className="mt-6 flex flex-col gap-4">
        <Field label={messages.fields.email} error={errors.email?.message}>
          <Input {...form.register('email')} type="email" autoComplete="username" size="lg" />
        </Field>
        <Field label={messages.fields.password} error={errors.password?.message}>
          <Input
            {...form.register('password')}
            type="password"
            autoComplete="current-password"
            size="lg"
          />
        </Field>
        {signIn.error && (
          <Note tone="danger" role="alert">
            {reasonOf(signIn.error)}
          </Note>
        )}
        <Button type="submit" variant="primary" size="lg" busy={signIn.isPending}>
          {messages.login.submit}
        </Button>
      </form>
    </Entrance>
  );
}

function reasonOf(error: Error): string {
  if (!(error instanceof ApiError)) return error.message;
  if (error.status === 401) return messages.login.wrong;
  if (error.status === 429) return messages.login.locked(error.retryAfter ?? 60);
  return error.message;
}
