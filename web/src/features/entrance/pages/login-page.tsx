import { zodResolver } from '@hookform/resolvers/zod';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { ApiError, type LoginRequest } from '@/api';
import { authStatusQuery, useSignIn } from '@/features/session';
import { Button, ErrorNote, Field, Input } from '@/ui';
import { Entrance, EntranceTitle } from '../components/entrance';
import { SingleSignOn } from '../components/single-sign-on';
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
  const send = (body: LoginRequest) => signIn.mutate(body, { onSuccess: onSignedIn });
  const asked = signIn.variables;
  const wantsCode = signIn.error instanceof ApiError && SECOND_STEP.has(signIn.error.code);
  return (
    <Entrance version={status.version}>
      {asked && (wantsCode || asked.totp_code) ? (
        <CodeStep
          busy={signIn.isPending}
          error={isQuestion(signIn.error) ? null : signIn.error}
          onCode={(totp_code) => send({ ...asked, totp_code })}
          onBack={signIn.reset}
        />
      ) : !status.password ? (
        <ProviderStep />
      ) : (
        <PasswordStep busy={signIn.isPending} error={signIn.error} onSubmit={send} />
      )}
    </Entrance>
  );
}

const SECOND_STEP = new Set(['SECOND_FACTOR_REQUIRED', 'SECOND_FACTOR_WRONG']);

/** The first answer asks for the code; only a later one says that it was wrong. */
function isQuestion(error: Error | null): boolean {
  return error instanceof ApiError && error.code === 'SECOND_FACTOR_REQUIRED';
}

type PasswordProps = { busy: boolean; error: Error | null; onSubmit: (values: Values) => void };

/** Where no password opens anything, the way through the provider is all there is. */
function ProviderStep() {
  return (
    <>
      <EntranceTitle title={messages.login.title}>{window.location.host}</EntranceTitle>
      <div className="mt-6 flex flex-col gap-4">
        <SingleSignOn />
      </div>
    </>
  );
}

function PasswordStep({ busy, error, onSubmit }: PasswordProps) {
  const form = useForm<Values>({ resolver: zodResolver(schema), mode: 'onTouched' });
  const { errors } = form.formState;
  return (
    <>
      <EntranceTitle title={messages.login.title}>{window.location.host}</EntranceTitle>
      <form
        noValidate
        onSubmit={form.handleSubmit((values) => onSubmit(values))}
        className="mt-6 flex flex-col gap-4"
      >
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
        <ErrorNote error={error} reason={reasonOf} />
        <Button type="submit" variant="primary" size="lg" busy={busy}>
          {messages.login.submit}
        </Button>
        <SingleSignOn />
        <Link to="/forgot-password" className="link self-center">
          {messages.login.forgot}
        </Link>
      </form>
    </>
  );
}

const codeSchema = z.object({ code: z.string().trim().min(1, messages.errors.code) });
type CodeValues = z.infer<typeof codeSchema>;

type CodeProps = {
  busy: boolean;
  error: Error | null;
  onCode: (code: string) => void;
  onBack: () => void;
};

function CodeStep({ busy, error, onCode, onBack }: CodeProps) {
  const form = useForm<CodeValues>({ resolver: zodResolver(codeSchema) });
  return (
    <>
      <EntranceTitle title={messages.login.codeTitle}>{messages.login.codeText}</EntranceTitle>
      <form
        noValidate
        onSubmit={form.handleSubmit(({ code }) => onCode(code))}
        className="mt-6 flex flex-col gap-4"
      >
        <Field label={messages.fields.code} error={form.formState.errors.code?.message}>
          <Input {...form.register('code')} autoComplete="one-time-code" size="lg" autoFocus />
        </Field>
        <ErrorNote error={error} reason={reasonOf} />
        <Button type="submit" variant="primary" size="lg" busy={busy}>
          {messages.login.submit}
        </Button>
        <Button onClick={onBack}>{messages.login.back}</Button>
      </form>
    </>
  );
}

function reasonOf(error: Error): string {
  if (!(error instanceof ApiError)) return error.message;
  if (error.code === 'SECOND_FACTOR_WRONG') return messages.login.wrongCode;
  if (error.status === 401) return messages.login.wrong;
  if (error.status === 429) return messages.login.locked(error.retryAfter ?? 60);
  return error.message;
}
