import { zodResolver } from '@hookform/resolvers/zod';
import { type ReactNode, useId, useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { z } from 'zod';
import type { ApiKey } from '@/api';
import {
  Button,
  ConfirmDialog,
  ErrorNote,
  Field,
  formatTime,
  Input,
  Select,
  Sheet,
  Tag,
  Time,
  toast,
} from '@/ui';
import { useRevokeKey, useUpdateKey } from '../api';
import { messages } from '../messages';
import { EXPIRIES, type Expiry, expiresAt } from '../model/key-form';
import { Expires } from './keys-table';

const words = messages.edit;
const KEEP = 'keep';
const schema = z.object({
  name: z.string().trim().min(1, messages.form.needName).max(120),
  expiry: z.enum([KEEP, ...EXPIRIES]),
});
type Values = z.infer<typeof schema>;

type Props = { apiKey: ApiKey; projectName?: string; onClose: () => void };

/** A key's facts, its name and expiry to change, and the way to end it. */
export function KeySheet({ apiKey, projectName, onClose }: Props) {
  const [revoking, setRevoking] = useState(false);
  const formId = useId();
  const update = useUpdateKey(apiKey.id);
  const form = useForm<Values>({
    resolver: zodResolver(schema),
    values: { name: apiKey.name, expiry: KEEP },
  });
  const submit = form.handleSubmit(({ name, expiry }) =>
    update.mutate(
      { name, revision: apiKey.revision, ...changedExpiry(expiry) },
      { onSuccess: () => toast(words.saved(name)) },
    ),
  );
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onClose()}
      title={apiKey.name}
      dirty={form.formState.isDirty}
      footer={
        <>
          <Button variant="danger" onClick={() => setRevoking(true)} className="mr-auto">
            {messages.revoke.label}
          </Button>
          <Button type="submit" form={formId} variant="primary" busy={update.isPending}>
            {words.save}
          </Button>
        </>
      }
    >
      <Facts apiKey={apiKey} projectName={projectName} />
      <form id={formId} noValidate onSubmit={submit} className="mt-5 flex flex-col gap-4">
        <Field label={messages.form.name} error={form.formState.errors.name?.message}>
          <Input {...form.register('name')} autoComplete="off" />
        </Field>
        <Controller
          control={form.control}
          name="expiry"
          render={({ field }) => (
            <Field label={words.expires}>
              <Select
                value={field.value}
                onValueChange={field.onChange}
                options={expiryOptions(apiKey)}
              />
            </Field>
          )}
        />
        <ErrorNote error={update.error} />
      </form>
      {revoking && <Revoke apiKey={apiKey} onClose={() => setRevoking(false)} onDone={onClose} />}
    </Sheet>
  );
}

function changedExpiry(expiry: Values['expiry']) {
  return expiry === KEEP ? {} : { expires_at: expiresAt(expiry as Expiry, Date.now()) };
}

function expiryOptions({ expires_at }: ApiKey) {
  const kept = expires_at ? words.keep(formatTime(expires_at)) : words.keepNever;
  return [
    { value: KEEP, label: kept },
    ...EXPIRIES.map((value) => ({ value, label: messages.expiries[value] })),
  ];
}

function Facts({ apiKey, projectName }: { apiKey: ApiKey; projectName?: string }) {
  return (
    <dl className="grid grid-cols-[96px_1fr] gap-x-4 gap-y-2">
      <Fact label={words.prefix}>
        <span className="mono">orb_{apiKey.prefix}_</span>
      </Fact>
      <Fact label={words.scopes}>
        <span className="flex flex-wrap gap-1">
          {apiKey.scopes.map((scope) => (
            <Tag key={scope}>{messages.scopes[scope].label}</Tag>
          ))}
        </span>
      </Fact>
      <Fact label={words.project}>
        {apiKey.project_id ? (projectName ?? words.otherProject) : words.everyProject}
      </Fact>
      <Fact label={words.owner}>{apiKey.owner.name}</Fact>
      <Fact label={words.created}>
        <Time at={apiKey.created_at} />
      </Fact>
      <Fact label={words.used}>
        {apiKey.last_used_at ? <Time at={apiKey.last_used_at} /> : messages.unused}
      </Fact>
      <Fact label={words.expires}>
        <Expires at={apiKey} />
      </Fact>
    </dl>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-fg-3">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

type RevokeProps = { apiKey: ApiKey; onClose: () => void; onDone: () => void };

function Revoke({ apiKey, onClose, onDone }: RevokeProps) {
  const { mutate, isPending } = useRevokeKey();
  const revoke = () =>
    mutate(apiKey.id, {
      onSuccess: () => {
        toast(messages.revoke.done(apiKey.name));
        onDone();
      },
      onError: (error) => toast.error(`${messages.revoke.failed(apiKey.name)}. ${error.message}`),
    });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={messages.revoke.title(apiKey.name)}
      confirmLabel={messages.revoke.label}
      busy={isPending}
      onConfirm={revoke}
    >
      {messages.revoke.body}
    </ConfirmDialog>
  );
}
