import { zodResolver } from '@hookform/resolvers/zod';
import { useForm, useWatch } from 'react-hook-form';
import { z } from 'zod';
import { ApiError } from '@/api';
import { EntranceTitle } from '@/features/entrance';
import { useSetUp } from '@/features/session';
import { showFieldErrors } from '@/shared/forms';
import { Button, ErrorNote, Field, Input } from '@/ui';
import { messages } from '../messages';
import { MIN_PASSWORD } from '../model/password';
import { PasswordStrength } from './password-strength';
import { SystemCheck } from './system-check';

const { account, fields, errors: wrong } = messages;

function schemaFor(tokenRequired: boolean) {
  const token = z.string().trim();
  return z.object({
    name: z.string().trim().min(1, wrong.name),
    email: z.email(wrong.email),
    password: z.string().min(MIN_PASSWORD, wrong.shortPassword(MIN_PASSWORD)),
    setup_token: tokenRequired ? token.min(1, wrong.token) : token,
  });
}
type Values = z.infer<ReturnType<typeof schemaFor>>;
const NAMES = ['name', 'email', 'password', 'setup_token'] as const;

type AccountStepProps = { tokenRequired: boolean; onDone: () => void };

export function AccountStep({ tokenRequired, onDone }: AccountStepProps) {
  const setUp = useSetUp();
  const form = useForm<Values>({
    resolver: zodResolver(schemaFor(tokenRequired)),
    defaultValues: { name: '', email: '', password: '', setup_token: '' },
    mode: 'onTouched',
  });
  const { errors } = form.formState;
  const password = useWatch({ control: form.control, name: 'password' });
  const submit = form.handleSubmit(({ setup_token, ...rest }) =>
    setUp.mutate(tokenRequired ? { ...rest, setup_token } : rest, {
      onSuccess: onDone,
      onError: (error) => showFieldErrors(error, NAMES, form.setError),
    }),
  );
  return (
    <>
      <EntranceTitle title={account.title}>{account.summary}</EntranceTitle>
      <form noValidate onSubmit={submit} className="mt-6 flex flex-col gap-4">
        <Field label={fields.name} error={errors.name?.message}>
          <Input {...form.register('name')} autoComplete="name" size="lg" />
        </Field>
        <Field label={fields.email} error={errors.email?.message}>
          <Input {...form.register('email')} type="email" autoComplete="username" size="lg" />
        </Field>
        <Field
          label={fields.password}
          error={errors.password?.message}
          hint={<PasswordStrength password={password} />}
        >
          <Input
            {...form.register('password')}
            type="password"
            autoComplete="new-password"
            size="lg"
          />
        </Field>
        {tokenRequired && (
          <Field label={fields.token} hint={fields.tokenHint} error={errors.setup_token?.message}>
            <Input
              {...form.register('setup_token')}
              mono
              autoComplete="off"
              spellCheck={false}
              size="lg"
            />
          </Field>
        )}
        <ErrorNote error={setUp.error} fields={NAMES} reason={reasonOf} />
        <Button type="submit" variant="primary" size="lg" busy={setUp.isPending}>
          {account.submit}
        </Button>
      </form>
      <SystemCheck />
    </>
  );
}

function reasonOf(error: Error): string {
  return error instanceof ApiError && error.status === 409 ? wrong.alreadyDone : error.message;
}
