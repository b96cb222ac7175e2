import { Plus, RefreshCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Model, Provider } from '@/api';
import { Button, cx, Field, IconButton, Input, Note, Switch, toast } from '@/ui';
import { useAddModel, useChangeModel, useRefreshModels, useRemoveModel } from '../api';
import { messages } from '../messages';
import { priceOf } from '../model/price';

type ModelListProps = { provider: Provider; models: Model[]; canEdit: boolean };

export function ModelList({ provider, models, canEdit }: ModelListProps) {
  const refresh = useRefreshModels(provider.id);
  return (
    <section aria-label={messages.modelList}>
      <div className="mb-1.5 flex h-7 items-center gap-2">
        <h3 className="font-semibold">{messages.modelList}</h3>
        <span className="meta text-fg-3">
          {messages.modelsOn(models.filter(({ enabled }) => enabled).length, models.length)}
        </span>
        {canEdit && (
          <IconButton
            icon={RefreshCw}
            label={messages.refresh}
            disabled={refresh.isPending}
            onClick={() => refresh.mutate()}
            className="ml-auto"
          />
        )}
      </div>
      {refresh.error && (
        <Note tone="danger" role="alert">
          {messages.refreshFailed} {refresh.error.message}
        </Note>
      )}
      {models.length === 0 ? (
        <p className="meta border-y border-line py-3 text-fg-3">{messages.noModelsBody}</p>
      ) : (
        <ul>
          {models.toSorted(byName).map((model) => (
            <ModelRow key={model.id} model={model} canEdit={canEdit} />
          ))}
        </ul>
      )}
      {canEdit && <AddModel providerId={provider.id} />}
    </section>
  );
}

const byName = (a: Model, b: Model) => a.name.localeCompare(b.name);

function ModelRow({ model, canEdit }: { model: Model; canEdit: boolean }) {
  const remove = useRemoveModel();
  const onError = () => toast.error(messages.modelFailed(model.name));
  return (
    <li className="flex h-(--o-row) items-center gap-3 border-t border-line last:border-b">
      {canEdit && <ModelSwitch model={model} />}
      <span
        className={cx('min-w-0 flex-1 truncate', !model.enabled && 'text-fg-3')}
        title={model.name}
      >
        {model.name}
      </span>
      <span className="meta flex-none text-fg-3" title={messages.priceHint}>
        {priceOf(model)}
      </span>
      {canEdit && model.added_by_hand && (
        <IconButton
          size="sm"
          icon={Trash2}
          label={messages.removeModel(model.name)}
          disabled={remove.isPending}
          onClick={() => remove.mutate(model, { onError })}
        />
      )}
    </li>
  );
}

/** A model that is switched off is offered nowhere and runs for no agent. */
function ModelSwitch({ model }: { model: Model }) {
  const change = useChangeModel();
  return (
    <Switch
      aria-label={messages.switchModel(model.name)}
      checked={model.enabled}
      disabled={change.isPending}
      onCheckedChange={(enabled) =>
        change.mutate(
          { model, change: { enabled } },
          { onError: () => toast.error(messages.modelFailed(model.name)) },
        )
      }
    />
  );
}

function AddModel({ providerId }: { providerId: string }) {
  const [name, setName] = useState('');
  const add = useAddModel(providerId);
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    if (name.trim()) add.mutate(name.trim(), { onSuccess: () => setName('') });
  };
  return (
    <form onSubmit={submit} className="mt-3 flex items-start gap-2">
      <Field
        label={messages.addModelLabel}
        hideLabel
        hint={messages.addModelHint}
        error={add.error?.message}
        className="flex-1"
      >
        <Input
          value={name}
          placeholder={messages.addModelLabel}
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <Button type="submit" icon={Plus} busy={add.isPending}>
        {messages.addModel}
      </Button>
    </form>
  );
}
