import { zodResolver } from '@hookform/resolvers/zod';
import { useId } from 'react';
import { useForm } from 'react-hook-form';
import type { Model, Provider, ProviderType } from '@/api';
import { showFieldErrors } from '@/shared/forms';
import { Button, ErrorNote, formatLatency, Note, SidePanel, StatusBadge, toast } from '@/ui';
import { useTestProvider, useUpdateProvider } from '../api';
import { messages } from '../messages';
import {
  initialValues,
  isMultiline,
  type ProviderValues,
  schemaFor,
  toUpdate,
  withoutKey,
} from '../model/provider-form';
import { statusOf } from '../model/status';
import { KeyList } from './key-list';
import { ModelList } from './model-list';
import { Monogram } from './monogram';
import { ProviderFields } from './provider-fields';
import { StrategyField } from './strategy-field';

const FIELDS = ['name', 'base_url'] as const;

type PanelProps = {
  provider: Provider;
  type: ProviderType;
  models: Model[];
  canEdit: boolean;
  onClose: () => void;
  onRemove: (provider: Provider) => void;
};

export function ProviderPanel(props: PanelProps) {
  const { provider, type, models, canEdit, onClose } = props;
  const test = useTestProvider(provider.id);
  // A result says nothing about what was changed since.
  const editor = useEditor(provider, withoutKey(type), test.reset);
  const id = useId();
  const runTest = async () => {
    if (editor.dirty && !(await editor.save())) return;
    test.mutate();
  };
  return (
    <SidePanel
      open
      title={provider.name}
      leading={<Monogram label={provider.name} small />}
      status={<StatusBadge status={statusOf(provider)} />}
      onClose={onClose}
      dirty={editor.dirty}
      footer={
        canEdit && (
          <>
            <Button variant="danger" onClick={() => props.onRemove(provider)} className="-ml-3">
              {messages.remove}
            </Button>
            <Button busy={test.isPending} onClick={() => void runTest()} className="ml-auto">
              {messages.test}
            </Button>
            <Button form={id} type="submit" variant="primary" busy={editor.saving}>
              {messages.save}
            </Button>
          </>
        )
      }
    >
      {canEdit && (
        <EditForm id={id} editor={editor} type={withoutKey(type)} revision={provider.revision} />
      )}
      {canEdit && hasKeys(type) && <KeyList provider={provider} multiline={isMultiline(type)} />}
      {canEdit && provider.keys.total > 1 && <StrategyField provider={provider} />}
      <TestResult test={test} provider={provider} />
      <ModelList provider={provider} models={models} canEdit={canEdit} />
    </SidePanel>
  );
}

function hasKeys(type: ProviderType): boolean {
  return type.credential_fields.some(({ name }) => name === 'api_key');
}

/** The edit form's state; `save` says whether the server took it. */
function useEditor(provider: Provider, type: ProviderType, onSaved: () => void) {
  const update = useUpdateProvider(provider.id);
  const form = useForm<ProviderValues>({
    resolver: zodResolver(schemaFor(type)),
    values: initialValues(type, provider),
    mode: 'onTouched',
  });
  const send = async (values: ProviderValues) => {
    const change = toUpdate(provider, values);
    if (Object.keys(change).length === 0) return;
    await update.mutateAsync({ ...change, revision: provider.revision });
    onSaved();
    form.reset(values);
    toast(messages.saved(values.name));
  };
  const save = async () => {
    let done = false;
    await form.handleSubmit(async (values) => {
      try {
        await send(values);
        done = true;
      } catch (error) {
        showFieldErrors(error, FIELDS, form.setError);
      }
    })();
    return done;
  };
  return {
    form,
    save,
    dirty: form.formState.isDirty,
    saving: update.isPending,
    error: update.error,
  };
}

type EditFormProps = {
  id: string;
  editor: ReturnType<typeof useEditor>;
  type: ProviderType;
  revision: number;
};

function EditForm({ id, editor, type, revision }: EditFormProps) {
  return (
    <form
      id={id}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void editor.save();
      }}
      className="flex flex-col gap-5"
    >
      <ProviderFields key={revision} type={type} form={editor.form} />
      <ErrorNote error={editor.error} fields={FIELDS} />
    </form>
  );
}

function TestResult({
  test,
  provider,
}: {
  test: ReturnType<typeof useTestProvider>;
  provider: Provider;
}) {
  if (test.error) return <ErrorNote error={test.error} />;
  if (test.data?.ok) {
    const latency = formatLatency(test.data.latency_ms);
    const offered = test.data.models;
    return (
      <Note tone="success" role="status">
        {offered ? messages.answeredModels(latency, offered) : messages.answered(latency)}
      </Note>
    );
  }
  const reason = test.data ? (test.data.error ?? messages.testFailed) : provider.last_error;
  if (!reason) return null;
  return (
    <Note tone="danger" role={test.data ? 'alert' : undefined}>
      {reason}
    </Note>
  );
}
