import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Model } from '@/api';
import { modelsQuery } from '@/features/providers';
import { useCan } from '@/features/session';
import { useSettingsCrumb } from '@/features/settings';
import {
  Button,
  EmptyState,
  ErrorState,
  FilterBar,
  FilterChoice,
  Note,
  Page,
  Skeleton,
} from '@/ui';
import { FactsDialog } from '../components/facts-dialog';
import { ModelsTable } from '../components/models-table';
import { messages } from '../messages';
import { matching } from '../model/facts';

/** Every model with what it costs and can do, and who says so. */
export function ModelsPage() {
  const admin = useCan('admin');
  const models = useQuery(modelsQuery);
  const [editing, setEditing] = useState<Model>();
  return (
    <Page title={messages.title} summary={messages.summary} crumbs={useSettingsCrumb()}>
      {models.error && !models.data ? (
        <ErrorState
          title={messages.loadFailed}
          error={models.error}
          retrying={models.isFetching}
          onRetry={() => void models.refetch()}
        />
      ) : models.data ? (
        <Found models={models.data} canEdit={admin} onEdit={setEditing} />
      ) : (
        <Loading />
      )}
      {editing && <FactsDialog model={editing} onClose={() => setEditing(undefined)} />}
    </Page>
  );
}

function Loading() {
  return (
    <div aria-busy="true" className="flex flex-col gap-3">
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} className="h-9" />
      ))}
    </div>
  );
}

type FoundProps = { models: Model[]; canEdit: boolean; onEdit: (model: Model) => void };

function Found({ models, canEdit, onEdit }: FoundProps) {
  const [text, setText] = useState<string>();
  const [provider, setProvider] = useState<string>();
  if (models.length === 0) {
    return <EmptyState title={messages.empty}>{messages.emptyBody}</EmptyState>;
  }
  const shown = matching(models, text ?? '', provider);
  const unknown = shown.some((model) => model.price_source === 'unknown');
  const clear = () => {
    setText(undefined);
    setProvider(undefined);
  };
  return (
    <>
      <FilterBar
        label={messages.filter}
        search={messages.search}
        words={text}
        onWords={setText}
        onClear={text || provider ? clear : undefined}
        clear={messages.clear}
      >
        <FilterChoice
          label={messages.provider}
          any={messages.all}
          value={provider}
          options={providersOf(models)}
          onChange={setProvider}
        />
      </FilterBar>
      {unknown && (
        <div className="mb-3">
          <Note tone="warn">{messages.unknownHint}</Note>
        </div>
      )}
      {shown.length === 0 ? (
        <EmptyState
          title={messages.nothing}
          action={<Button onClick={clear}>{messages.clear}</Button>}
        />
      ) : (
        <ModelsTable models={shown} canEdit={canEdit} onEdit={onEdit} />
      )}
    </>
  );
}

function providersOf(models: readonly Model[]): { value: string; label: string }[] {
  const names = new Map(models.map((model) => [model.provider_id, model.provider_name]));
  return [...names].map(([value, label]) => ({ value, label }));
}
