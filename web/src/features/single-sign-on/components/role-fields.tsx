import { Plus, Trash2 } from 'lucide-react';
import { Controller, type UseFormReturn, useFieldArray, useWatch } from 'react-hook-form';
import { Button, Field, IconButton, Input, Select } from '@/ui';
import { messages } from '../messages';
import { ROLES, type Values } from '../model/form';
import { Group } from './group';

type Props = { form: UseFormReturn<Values> };

const OPTIONS = ROLES.map((value) => ({ value, label: messages.roleNames[value] }));
const MOST_RULES = 50;

export function RoleFields({ form }: Props) {
  const claim = useWatch({ control: form.control, name: 'role_claim' });
  return (
    <Group title={messages.roles}>
      <Controller
        control={form.control}
        name="default_role"
        render={({ field }) => (
          <Field label={messages.defaultRole} hint={messages.defaultRoleHint}>
            <Select value={field.value} onValueChange={field.onChange} options={OPTIONS} />
          </Field>
        )}
      />
      <Field
        label={messages.claim}
        hint={messages.claimHint}
        error={form.formState.errors.role_claim?.message}
      >
        <Input {...form.register('role_claim')} mono autoComplete="off" maxLength={300} />
      </Field>
      {claim.trim() && <Rules form={form} />}
    </Group>
  );
}

function Rules({ form }: Props) {
  const { fields, append, remove } = useFieldArray({ control: form.control, name: 'role_rules' });
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">{messages.rules}</legend>
      {fields.length === 0 && <p className="meta text-fg-3">{messages.noRules}</p>}
      {fields.map((row, index) => (
        <Rule key={row.id} form={form} index={index} onRemove={() => remove(index)} />
      ))}
      <p className="meta text-fg-3">{messages.rulesHint}</p>
      {fields.length < MOST_RULES && (
        <div>
          <Button icon={Plus} onClick={() => append({ value: '', role: 'developer' })}>
            {messages.addRule}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

type RuleProps = Props & { index: number; onRemove: () => void };

function Rule({ form, index, onRemove }: RuleProps) {
  const row = index + 1;
  return (
    <div className="flex items-start gap-2">
      <Field
        label={messages.value(row)}
        hideLabel
        error={form.formState.errors.role_rules?.[index]?.value?.message}
        className="flex-1"
      >
        <Input
          {...form.register(`role_rules.${index}.value`)}
          mono
          autoComplete="off"
          maxLength={200}
        />
      </Field>
      <Controller
        control={form.control}
        name={`role_rules.${index}.role`}
        render={({ field }) => (
          <Select
            aria-label={messages.role(row)}
            value={field.value}
            onValueChange={field.onChange}
            options={OPTIONS}
            className="w-36 flex-none max-md:w-28"
          />
        )}
      />
      <IconButton icon={Trash2} label={messages.removeRule(row)} onClick={onRemove} />
    </div>
  );
}
