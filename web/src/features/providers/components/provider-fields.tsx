import { useState } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import type { CredentialField, ProviderType } from '@/api';
import { Button, Field, Input, Textarea } from '@/ui';
import { messages } from '../messages';
import { isMultiline, type ProviderValues } from '../model/provider-form';

type FieldsProps = {
  type: ProviderType;
  form: UseFormReturn<ProviderValues>;
  keySet?: boolean;
  /** Offered when a saved key may go without another in its place. */
  onClearKey?: (clear: boolean) => void;
};

/** The form of a type, as the server's catalogue describes it. */
export function ProviderFields({ type, form, keySet = false, onClearKey }: FieldsProps) {
  const { errors } = form.formState;
  return (
    <>
      <Field label={messages.fields.name} error={errors.name?.message}>
        <Input {...form.register('name')} autoComplete="off" />
      </Field>
      {type.credential_fields.map((field) =>
        field.name === 'api_key' ? (
          <KeyField
            key={field.name}
            field={field}
            form={form}
            keySet={keySet}
            multiline={isMultiline(type)}
            onClearKey={onClearKey}
          />
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

type KeyFieldProps = Omit<FieldsProps, 'type'> & {
  field: CredentialField;
  keySet: boolean;
  multiline: boolean;
};

function KeyField({ field, form, keySet, multiline, onClearKey }: KeyFieldProps) {
  const [cleared, setCleared] = useState(false);
  const toggle = () => {
    setCleared(!cleared);
    onClearKey?.(!cleared);
  };
  const hint = cleared ? messages.fields.keyWillGo : keySet ? messages.fields.keySet : field.help;
  return (
    <Field
      label={field.label}
      hint={hint}
      optional={!field.required}
      error={form.formState.errors.api_key?.message}
      aside={
        keySet &&
        onClearKey && (
          <Button variant="ghost" size="sm" className="-my-1.5" onClick={toggle}>
            {cleared ? messages.fields.keepKey : messages.fields.clearKey}
          </Button>
        )
      }
    >
      {multiline ? (
        <Textarea
          {...form.register('api_key')}
          mono
          rows={6}
          autoComplete="off"
          spellCheck={false}
          placeholder={keySet && !cleared ? messages.fields.keyHolder : undefined}
        />
      ) : (
        <Input
          {...form.register('api_key')}
          type="password"
          mono
          autoComplete="off"
          spellCheck={false}
          placeholder={keySet && !cleared ? messages.fields.keyHolder : undefined}
        />
      )}
    </Field>
  );
}
