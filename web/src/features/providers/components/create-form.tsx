import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import type { Provider, ProviderType } from '@/api';
import { showFieldErrors } from '@/shared/forms';
import { ErrorNote } from '@/ui';
import { useCreateProvider } from '../api';
import { initialValues, type ProviderValues, schemaFor, toCreate } from '../model/provider-form';
import { ProviderFields } from './provider-fields';

const FIELDS = ['name', 'base_url', 'api_key'] as const;

/** The form's state, for the place that draws it and its buttons. */
export function useCreateForm(type: ProviderType, onCreated: (provider: Provider) => void) {
  const create = useCreateProvider();
  const form = useForm<ProviderValues>({
    resolver: zodResolver(schemaFor(type)),
    defaultValues: initialValues(type),
    mode: 'onTouched',
  });
  const submit = form.handleSubmit((values) =>
    create.mutate(toCreate(type, values), {
      onSuccess: onCreated,
      onError: (error) => showFieldErrors(error, FIELDS, form.setError),
    }),
  );
  return { form, submit, create };
}

export type CreateForm = ReturnType<typeof useCreateForm>;

type CreateFieldsProps = { id: string; type: ProviderType; state: CreateForm };

export function CreateFields({ id, type, state }: CreateFieldsProps) {
  const { form, submit, create } = state;
  return (
    <form id={id} noValidate onSubmit={submit} className="flex flex-col gap-5">
      {type.description && <p className="text-fg-2">{type.description}</p>}
      <ProviderFields type={type} form={form} />
      <ErrorNote error={create.error} fields={FIELDS} />
    </form>
  );
}
