import { zodResolver } from '@hookform/resolvers/zod';
import { Controller, useForm } from 'react-hook-form';
import type { OidcView } from '@/api';
import { showFieldErrors } from '@/shared/forms';
import { Button, ErrorNote, toast } from '@/ui';
import { useUpdateOidc } from '../api';
import { messages } from '../messages';
import { changeOf, FIELDS, schema, type Values, valuesOf } from '../model/form';
import { Choice, Group } from './group';
import { ProviderFields } from './provider-fields';
import { RoleFields } from './role-fields';

const CHOICES = [
  ['create_accounts', messages.create, messages.createHint],
  ['link_by_email', messages.link, messages.linkHint],
  ['end_session', messages.endSession, messages.endSessionHint],
] as const;

export function OidcForm({ settings }: { settings: OidcView }) {
  const update = useUpdateOidc();
  const form = useForm<Values>({
    resolver: zodResolver(schema),
    values: valuesOf(settings),
    // Not sooner: a rule that was just added would be called wrong before anybody could fill it.
    mode: 'onSubmit',
  });
  const submit = form.handleSubmit((values) =>
    update.mutate(
      { ...changeOf(values), revision: settings.revision },
      {
        onSuccess: () => toast(messages.saved),
        onError: (error) => showFieldErrors(error, [...FIELDS], form.setError),
      },
    ),
  );
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-6">
      <ProviderFields form={form} secretSet={settings.client_secret_set} />
      <Group title={messages.accounts}>
        {CHOICES.map(([name, label, hint]) => (
          <Controller
            key={name}
            control={form.control}
            name={name}
            render={({ field }) => (
              <Choice checked={field.value} onChange={field.onChange} label={label} hint={hint} />
            )}
          />
        ))}
      </Group>
      <RoleFields form={form} />
      <div className="flex flex-col gap-4 border-t border-line pt-6">
        <Controller
          control={form.control}
          name="enabled"
          render={({ field }) => (
            <Choice
              checked={field.value}
              onChange={field.onChange}
              label={messages.enable}
              hint={messages.enableHint}
            />
          )}
        />
        <ErrorNote error={update.error} fields={FIELDS} />
        <div>
          <Button type="submit" variant="primary" busy={update.isPending}>
            {messages.save}
          </Button>
        </div>
      </div>
    </form>
  );
}
