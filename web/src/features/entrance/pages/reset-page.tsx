import { zodResolver } from '@hookform/resolvers/zod';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { ApiError } from '@/api';
import { authStatusQuery, useResetPassword } from '@/features/session';
import { Button, ErrorNote, Field, Input, Note } from '@/ui';
import { Entrance, EntranceTitle } from '../components/entrance';
import { PasswordsOff } from '../components/passwords-off';
import { messages } from '../messages';

const words = messages.reset;
const schema = z.object({ password: z.string().min(12, words.short) });
type Values = z.infer<typeof schema>;

type Props = { token: string };

export function ResetPage({ token }: Props) {
  const { data: status } = useSuspenseQuery(authStatusQuery);
  const reset = useResetPassword();
  if (reset.isSuccess) {
    return (
      <Entrance version={status.version}>
        <EntranceTitle title={words.done}>{words.doneText}</EntranceTitle>
        <Link to="/login" className="link mt-6 inline-block">
          {words.signIn}
        </Link>
      </Entrance>
    );
  }
  if (!status.password) return <PasswordsOff status={status} />;
  return (
    <Entrance version={status.version}>
      <EntranceTitle title={words.title}>{words.summary}</EntranceTitle>
      {token ? (
        <NewPassword
          busy={reset.isPending}
          error={reset.error}
          onPassword={(password) => reset.mutate({ token, password })}
        />
      ) : (
        <Gone />
      )}
    </Entrance>
  );
}

type FormProps = { busy: boolean; error: Error | null; onPassword: (password: string) => void };

function NewPassword({ busy, error, onPassword }: FormProps) {
  const form = useForm<Values>({ resolver: zodResolver(schema), mode: 'onTouched' });
  const submit = form.handleSubmit(({ password }) => onPassword(password));
  if (error instanceof ApiError && error.code === 'RESET_LINK_INVALID') return <Gone />;
  return (
    <form noValidate onSubmit={submit} className="mt-6 flex flex-col gap-4">
      <Field
        label={words.password}
        hint={words.hint}
        error={form.formState.errors.password?.message}
      >
        <Input
          {...form.register('password')}
          type="password"
          autoComplete="new-password"
          size="lg"
        />
      </Field>
      <ErrorNote error={error} />
      <Button type="submit" variant="primary" size="lg" busy={busy}>
        {words.submit}
      </Button>
    </form>
  );
}

function Gone() {
  return (
    <div className="mt-6 flex flex-col gap-4">
      <Note tone="danger" role="alert">
        {words.gone}
      </Note>
      <Link to="/forgot-password" className="link self-center">
        {words.again}
      </Link>
    </div>
  );
}
