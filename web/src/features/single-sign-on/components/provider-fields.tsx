import { type UseFormReturn, useWatch } from 'react-hook-form';
import { Field, Input } from '@/ui';
import { messages } from '../messages';
import type { Values } from '../model/form';
import { Group } from './group';

type Props = { form: UseFormReturn<Values>; secretSet: boolean };

export function ProviderFields({ form, secretSet }: Props) {
  const { errors } = form.formState;
  const name = useWatch({ control: form.control, name: 'name' });
  return (
    <Group title={messages.provider}>
      <Field
        label={messages.name}
        hint={messages.nameHint(name.trim())}
        error={errors.name?.message}
      >
        <Input {...form.register('name')} autoComplete="off" maxLength={120} />
      </Field>
      <Field label={messages.issuer} hint={messages.issuerHint} error={errors.issuer?.message}>
        <Input
          {...form.register('issuer')}
          mono
          type="url"
          placeholder="https://"
          autoComplete="off"
          maxLength={500}
        />
      </Field>
      <Field label={messages.clientId} error={errors.client_id?.message}>
        <Input {...form.register('client_id')} mono autoComplete="off" maxLength={300} />
      </Field>
      <SecretField form={form} secretSet={secretSet} />
      <Field label={messages.scopes} hint={messages.scopesHint} error={errors.scopes?.message}>
        <Input {...form.register('scopes')} mono autoComplete="off" maxLength={300} />
      </Field>
    </Group>
  );
}

function SecretField({ form, secretSet }: Props) {
  const removed = useWatch({ control: form.control, name: 'remove_secret' });
  const hint = removed ? messages.secretRemoved : messages.secretKept;
  return (
    <Field
      label={messages.secret}
      hint={secretSet ? hint : messages.secretHint}
      error={form.formState.errors.client_secret?.message}
      aside={
        secretSet && (
          <button
            type="button"
            className="link"
            onClick={() => form.setValue('remove_secret', !removed, { shouldDirty: true })}
          >
            {removed ? messages.keep : messages.remove}
          </button>
        )
      }
    >
      <Input
        {...form.register('client_secret')}
        mono
        type="password"
        autoComplete="new-password"
        placeholder={secretSet && !removed ? '••••••••••••' : undefined}
        maxLength={1000}
      />
    </Field>
  );
}
