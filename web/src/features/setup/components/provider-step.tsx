import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ProviderType } from '@/api';
import { EntranceTitle } from '@/features/entrance';
import {
  CreateFields,
  DetectedNote,
  offeredTypes,
  providersQuery,
  providerTypesQuery,
  useCreateForm,
} from '@/features/providers';
import { Button, ErrorState, Field, Select, Skeleton } from '@/ui';
import { messages } from '../messages';

const words = messages.provider;

export function ProviderStep({ onDone }: { onDone: () => void }) {
  const types = useQuery(providerTypesQuery);
  const { data: providers = [] } = useQuery(providersQuery);
  const offered = types.data && offeredTypes(types.data, providers);
  const [chosen, setChosen] = useState<string>();
  const type = offered?.find((candidate) => candidate.type === chosen) ?? offered?.[0];
  return (
    <>
      <EntranceTitle title={words.title}>{words.summary}</EntranceTitle>
      <div className="mt-6 flex flex-col gap-5">
        <DetectedNote providers={providers} onCreated={onDone} />
        {types.isPending && <Skeleton className="h-9 w-full" />}
        {types.error && (
          <ErrorState
            title={words.loadFailed}
            error={types.error}
            onRetry={() => void types.refetch()}
          />
        )}
        {offered && type && (
          <>
            <Field label={words.kind}>
              <Select
                value={type.type}
                onValueChange={setChosen}
                options={offered.map((row) => ({ value: row.type, label: row.label }))}
              />
            </Field>
            <TypeForm key={type.type} type={type} onDone={onDone} />
          </>
        )}
        <Button variant="ghost" size="lg" onClick={onDone}>
          {words.skip}
        </Button>
      </div>
    </>
  );
}

function TypeForm({ type, onDone }: { type: ProviderType; onDone: () => void }) {
  const id = useId();
  const state = useCreateForm(type, onDone);
  return (
    <>
      <CreateFields id={id} type={type} state={state} />
      <Button
        form={id}
        type="submit"
        variant="primary"
        size="lg"
        busy={state.create.isPending}
        className="-mb-2"
      >
        {words.next}
      </Button>
    </>
  );
}
