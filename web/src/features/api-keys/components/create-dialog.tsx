import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { Controller, type UseFormReturn, useForm, useWatch } from 'react-hook-form';
import { z } from 'zod';
import type { ApiKeyCreated } from '@/api';
import { projectsQuery, useMe } from '@/features/session';
import { showFieldErrors } from '@/shared/forms';
import { Button, Dialog, ErrorNote, Field, Input, Select } from '@/ui';
import { useCreateKey } from '../api';
import { messages } from '../messages';
import { EXPIRIES, expiresAt, SCOPES } from '../model/key-form';
import { ScopeBoxes } from './scope-boxes';

const FIELDS = ['name'] as const;

const words = messages.form;
const EVERY_PROJECT = 'every';
const schema = z.object({
  name: z.string().trim().min(1, words.needName).max(120),
  scopes: z.array(z.enum(SCOPES as [string, ...string[]])).min(1, words.needScope),
  project: z.string(),
  expiry: z.enum(EXPIRIES),
});
type Values = Omit<z.infer<typeof schema>, 'scopes'> & { scopes: (typeof SCOPES)[number][] };
type Form = UseFormReturn<Values>;

type Props = { onClose: () => void; onMade: (key: ApiKeyCreated) => void };

export function CreateDialog({ onClose, onMade }: Props) {
  const create = useCreateKey();
  const formId = useId();
  const form = useForm<Values>({
    resolver: zodResolver(schema) as never,
    defaultValues: { name: '', scopes: ['read'], project: EVERY_PROJECT, expiry: '90' },
  });
  const submit = form.handleSubmit(({ name, scopes, project, expiry }) => {
    const admin = scopes.includes('admin');
    create.mutate(
      {
        name,
        scopes,
        project_id: admin || project === EVERY_PROJECT ? null : project,
        expires_at: expiresAt(expiry, Date.now()),
      },
      { onSuccess: onMade, onError: (error) => showFieldErrors(error, FIELDS, form.setError) },
    );
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.title}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" form={formId} variant="primary" busy={create.isPending}>
            {words.create}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <Field label={words.name} hint={words.nameHint} error={form.formState.errors.name?.message}>
          <Input {...form.register('name')} autoComplete="off" />
        </Field>
        <Scopes form={form} />
        <Project form={form} />
        <Expiry form={form} />
        <ErrorNote error={create.error} fields={FIELDS} />
      </form>
    </Dialog>
  );
}

function Scopes({ form }: { form: Form }) {
  const { role } = useMe();
  return (
    <Controller
      control={form.control}
      name="scopes"
      render={({ field, fieldState }) => (
        <ScopeBoxes
          role={role}
          value={field.value}
          onChange={field.onChange}
          error={fieldState.error?.message}
        />
      )}
    />
  );
}

function Project({ form }: { form: Form }) {
  const { data: projects = [] } = useQuery(projectsQuery);
  const admin = useWatch({ control: form.control, name: 'scopes' }).includes('admin');
  const mine = projects.filter(({ my_role }) => my_role !== null);
  const options = [
    { value: EVERY_PROJECT, label: words.everyProject },
    ...mine.map(({ id, name }) => ({ value: id, label: name })),
  ];
  return (
    <Controller
      control={form.control}
      name="project"
      render={({ field }) => (
        <Field label={words.project} hint={admin ? words.projectOfAdmin : undefined}>
          <Select
            value={admin ? EVERY_PROJECT : field.value}
            onValueChange={field.onChange}
            options={options}
            disabled={admin}
          />
        </Field>
      )}
    />
  );
}

function Expiry({ form }: { form: Form }) {
  return (
    <Controller
      control={form.control}
      name="expiry"
      render={({ field }) => (
        <Field label={words.expires} hint={words.expiresHint}>
          <Select
            value={field.value}
            onValueChange={field.onChange}
            options={EXPIRIES.map((value) => ({ value, label: messages.expiries[value] }))}
          />
        </Field>
      )}
    />
  );
}
