import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import type { Model } from '@/api';
import { EntranceTitle } from '@/features/entrance';
import { modelsQuery } from '@/features/providers';
import { showFieldErrors } from '@/shared/forms';
import { Button, Combobox, ErrorNote, Field, Input, Note, Textarea } from '@/ui';
import { useCreateAgent } from '../api';
import { messages } from '../messages';

const FIELDS = ['name', 'instructions'] as const;

const words = messages.agent;

const schema = z.object({
  name: z.string().trim().min(1, words.needName),
  instructions: z.string().trim(),
  model: z.string(),
});
type Values = z.infer<typeof schema>;

export function AgentStep({ onDone }: { onDone: () => void }) {
  const { data: models = [] } = useQuery(modelsQuery);
  const create = useCreateAgent();
  const form = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: { name: '', instructions: '', model: '' },
    mode: 'onTouched',
  });
  const submit = form.handleSubmit(({ model, ...rest }) =>
    create.mutate(
      { ...rest, model: refOf(models, model) },
      {
        onSuccess: onDone,
        onError: (error) => showFieldErrors(error, FIELDS, form.setError),
      },
    ),
  );
  return (
    <>
      <EntranceTitle title={words.title}>{words.summary}</EntranceTitle>
      <form noValidate onSubmit={submit} className="mt-6 flex flex-col gap-4">
        <Field label={words.name} error={form.formState.errors.name?.message}>
          <Input {...form.register('name')} size="lg" placeholder={words.namePlaceholder} />
        </Field>
        <Field
          label={words.instructions}
          optional
          error={form.formState.errors.instructions?.message}
        >
          <Textarea
            {...form.register('instructions')}
            rows={4}
            placeholder={words.instructionsPlaceholder}
          />
        </Field>
        {models.length > 0 ? (
          <ModelField form={form} models={models} />
        ) : (
          <Note>{words.noModel}</Note>
        )}
        <ErrorNote error={create.error} fields={FIELDS} />
        <Button type="submit" variant="primary" size="lg" busy={create.isPending}>
          {words.submit}
        </Button>
        <Button variant="ghost" size="lg" onClick={onDone}>
          {words.skip}
        </Button>
      </form>
    </>
  );
}

type ModelFieldProps = { form: ReturnType<typeof useForm<Values>>; models: Model[] };

function ModelField({ form, models }: ModelFieldProps) {
  return (
    <Field label={words.model} optional>
      <Combobox
        value={form.watch('model') || null}
        onValueChange={(id) => form.setValue('model', id)}
        placeholder={words.pickModel}
        options={models.map((model) => ({
          value: model.id,
          label: model.name,
          group: model.provider_name,
        }))}
      />
    </Field>
  );
}

function refOf(models: Model[], id: string) {
  const model = models.find((candidate) => candidate.id === id);
  return model ? { provider_id: model.provider_id, name: model.name } : null;
}
