import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery } from '@tanstack/react-query';
import { Controller, useForm } from 'react-hook-form';
import { z } from 'zod';
import type { MailView } from '@/api';
import { useCan, useMe } from '@/features/session';
import { useSettingsCrumb } from '@/features/settings';
import { showFieldErrors } from '@/shared/forms';
import {
  Button,
  ErrorNote,
  ErrorState,
  Field,
  Input,
  Note,
  Page,
  Select,
  Skeleton,
  toast,
} from '@/ui';
import { mailQuery, useTestMail, useUpdateMail } from '../api';
import { messages } from '../messages';

const SECURITIES = ['starttls', 'tls', 'none'] as const;
const FIELDS = ['host', 'port', 'security', 'username', 'password', 'sender'] as const;
const schema = z.object({
  host: z.string().trim(),
  port: z.coerce
    .number<string>(messages.needPort)
    .int(messages.needPort)
    .min(1, messages.needPort)
    .max(65_535, messages.needPort),
  security: z.enum(SECURITIES),
  username: z.string().trim(),
  password: z.string(),
  sender: z.string().trim(),
});
type Typed = z.input<typeof schema>;
type Values = z.output<typeof schema>;

export function MailPage() {
  const admin = useCan('admin');
  return (
    <Page title={messages.title} summary={messages.summary} crumbs={useSettingsCrumb()}>
      {admin ? <Mail /> : <Note>{messages.admins}</Note>}
    </Page>
  );
}

function Mail() {
  const { data, error, isFetching, refetch } = useQuery(mailQuery);
  if (data) {
    return (
      <div className="flex max-w-[480px] flex-col gap-8">
        <MailForm mail={data} />
        {data.host && <Test />}
      </div>
    );
  }
  if (!error) return <Skeleton className="h-80 w-full max-w-[480px]" />;
  return (
    <ErrorState
      title={messages.loadFailed}
      error={error}
      onRetry={() => void refetch()}
      retrying={isFetching}
    />
  );
}

function MailForm({ mail }: { mail: MailView }) {
  const update = useUpdateMail();
  const form = useForm<Typed, unknown, Values>({
    resolver: zodResolver(schema),
    values: {
      host: mail.host,
      port: String(mail.port),
      security: mail.security,
      username: mail.username,
      password: '',
      sender: mail.sender,
    },
    mode: 'onTouched',
  });
  const { errors } = form.formState;
  const submit = form.handleSubmit(({ password, ...rest }) =>
    update.mutate(
      { ...rest, ...(password ? { password } : {}), revision: mail.revision },
      {
        onSuccess: () => toast(messages.saved),
        onError: (error) => showFieldErrors(error, [...FIELDS], form.setError),
      },
    ),
  );
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <div className="flex gap-3">
        <Field
          label={messages.host}
          hint={messages.hostHint}
          error={errors.host?.message}
          className="flex-1"
        >
          <Input {...form.register('host')} autoComplete="off" />
        </Field>
        <Field label={messages.port} error={errors.port?.message} className="w-24">
          <Input {...form.register('port')} inputMode="numeric" autoComplete="off" />
        </Field>
      </div>
      <Controller
        control={form.control}
        name="security"
        render={({ field }) => (
          <Field label={messages.security}>
            <Select
              value={field.value}
              onValueChange={field.onChange}
              options={SECURITIES.map((value) => ({ value, label: messages.securities[value] }))}
            />
          </Field>
        )}
      />
      <Field label={messages.username} hint={messages.usernameHint}>
        <Input {...form.register('username')} autoComplete="off" />
      </Field>
      <Field
        label={messages.password}
        hint={mail.password_set ? messages.passwordKept : undefined}
        error={errors.password?.message}
      >
        <Input {...form.register('password')} type="password" autoComplete="new-password" />
      </Field>
      <Field label={messages.sender} hint={messages.senderHint} error={errors.sender?.message}>
        <Input {...form.register('sender')} type="email" autoComplete="off" />
      </Field>
      <ErrorNote error={update.error} fields={FIELDS} />
      <div>
        <Button type="submit" variant="primary" busy={update.isPending}>
          {messages.save}
        </Button>
      </div>
    </form>
  );
}

function Test() {
  const { email } = useMe();
  const test = useTestMail();
  const failure = test.error?.message ?? test.data?.error;
  return (
    <div className="flex flex-col gap-3 border-t border-line pt-6">
      <div className="flex items-center gap-3">
        <Button busy={test.isPending} onClick={() => test.mutate(email)}>
          {messages.test}
        </Button>
        <p className="meta text-fg-3">{messages.testHint(email)}</p>
      </div>
      {failure && (
        <Note tone="danger" role="alert">
          {failure}
        </Note>
      )}
      {test.data?.ok && (
        <Note tone="success" role="status">
          {messages.arrived(email)}
        </Note>
      )}
    </div>
  );
}
