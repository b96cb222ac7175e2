import type { UseFormReturn } from 'react-hook-form';
import type { CredentialField, ProviderType } from '@/api';
import { Field, Input, Textarea } from '@/ui';
import { messages } from '../messages';
import { isMultiline, type ProviderValues } from '../model/provider-form';

type FieldsProps = { type: ProviderType; form: UseFormReturn<ProviderValues> };

/** The form of a type, as the server's catalogue describes it. */
export function ProviderFields({ type, form }: FieldsProps) {
  const { errors } = form.formState;
  return (
    <>
      <Field label={messages.fields.name} error={errors.name?.message}>
        <Input {...form.register('name')} autoComplete="off" />
      </Field>
      {type.credential_fields.map((field) =>
        field.name === 'api_key' ? (
          <KeyField key={field.name} field={field} form={form} multiline={isMultiline(type)} />
        ) : (
          <Field
            key={field.name}
            label={field.label}
            hint={field.help}
            optional={!field.required}
            error={errors.base_url?.message}
          >
            <Input
              {...form.register('base_url')}
              type="url"
              mono
              autoComplete="off"
              placeholder={field.default ?? undefined}
            />
          </Field>
        ),
      )}
    </>
  );
}

type KeyFieldProps = {
  field: CredentialField;
  form: FieldsProps['form'];
  multiline: boolean;
};

function KeyField({ field, form, multiline }: KeyFieldProps) {
  const given = { ...form.register('api_key'), autoComplete: 'off', spellCheck: false };
  return (
    <Field
      label={field.label}
      hint={field.help}
      optional={!field.required}
      error={form.formState.errors.api_key?.message}
    >
      {multiline ? (
        <Textarea {...given} mono rows={6} />
      ) : (
        <Input {...given} type="password" mono />
      )}
    </Field>
  );
}
