import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import type { Provider, ProviderSpend, ProviderType } from '@/api';
import { useCan } from '@/features/session';
import { Button, DocLink, EmptyState, ErrorState, Note, Page, toast } from '@/ui';
import {
  modelsQuery,
  providersQuery,
  providerTypesQuery,
  spendQuery,
  useRemoveProvider,
  useRestoreProvider,
} from '../api';
import { AddPanel } from '../components/add-panel';
import { DetectedNote } from '../components/detected-note';
import { ProviderList, ProviderListSkeleton } from '../components/provider-list';
import { ProviderPanel } from '../components/provider-panel';
import { TypeGrid } from '../components/type-grid';
import { messages } from '../messages';
import { offeredTypes } from '../model/offered';
import type { ProviderSearch } from '../model/search';

const ROUTE = '/p/$project/settings/providers';

export function ProvidersPage() {
  const admin = useCan('admin');
  const search: ProviderSearch = useSearch({ from: ROUTE });
  const navigate = useNavigate({ from: ROUTE });
  const open = (next: ProviderSearch) => void navigate({ search: next });
  const providers = useQuery(providersQuery);
  const { data: types = [] } = useQuery(providerTypesQuery);
  const [first] = offeredTypes(types, providers.data ?? []);
  const remove = useRemoveWithUndo(() => open({}));
  return (
    <>
      <Page
        title={messages.title}
        summary={messages.summary}
        crumbs={[{ label: messages.settings, link: { from: ROUTE, to: '/p/$project/settings' } }]}
        actions={admin && first && <AddButton type={first} />}
      >
        <Content search={search} types={types} admin={admin} onOpen={open} />
      </Page>
      <Panel
        key={search.provider ?? search.add}
        search={search}
        providers={providers.data ?? []}
        types={types}
        admin={admin}
        onOpen={open}
        onRemove={remove}
      />
    </>
  );
}

function AddButton({ type }: { type: ProviderType }) {
  return (
    <Button asChild variant="primary" icon={Plus}>
      <Link from={ROUTE} to="." search={{ add: type.type }} aria-keyshortcuts="n">
        {messages.add}
      </Link>
    </Button>
  );
}

type ContentProps = {
  search: ProviderSearch;
  types: ProviderType[];
  admin: boolean;
  onOpen: (search: ProviderSearch) => void;
};

function Content({ search, types, admin, onOpen }: ContentProps) {
  const { data, error, refetch, isFetching } = useQuery(providersQuery);
  const { data: models = [] } = useQuery(modelsQuery);
  const { data: spend = [] } = useQuery({ ...spendQuery, enabled: admin });
  if (error && !data) {
    return (
      <ErrorState
        title={messages.loadFailed}
        error={error}
        retrying={isFetching}
        onRetry={() => void refetch()}
      />
    );
  }
  if (!data) return <ProviderListSkeleton />;
  return (
    <div className="flex flex-col gap-5">
      <BrokenNote providers={data} />
      {admin && <DetectedNote providers={data} onCreated={({ id }) => onOpen({ provider: id })} />}
      {data.length === 0 ? (
        <EmptyState
          title={messages.empty.title}
          secondary={<DocLink page="providers">{messages.empty.learn}</DocLink>}
        >
          {messages.empty.body} {!admin && messages.empty.reader}
        </EmptyState>
      ) : (
        <ProviderList
          providers={data}
          models={models}
          selected={search.provider}
          spend={admin ? spentBy(spend) : undefined}
        />
      )}
      {admin && (
        <section aria-labelledby="add-another">
          <h2 id="add-another" className="heading mt-2 mb-2.5">
            {data.length > 0 ? messages.addAnother : messages.add}
          </h2>
          <TypeGrid types={offeredTypes(types, data)} />
        </section>
      )}
    </div>
  );
}

function spentBy(spend: readonly ProviderSpend[]): ReadonlyMap<string, number> {
  return new Map(spend.map((one) => [one.provider_id, one.cost_usd_micros]));
}

function BrokenNote({ providers }: { providers: Provider[] }) {
  const broken = providers.find(({ status }) => status === 'error');
  if (!broken) return null;
  return (
    <Note
      tone="danger"
      action={
        <Link
          from={ROUTE}
          to="."
          search={{ provider: broken.id }}
          className="font-medium underline underline-offset-3"
        >
          {messages.review}
        </Link>
      }
    >
      <strong className="font-semibold">{messages.notWorking(broken.name)}</strong>{' '}
      {broken.last_error}
    </Note>
  );
}

type PanelProps = ContentProps & {
  providers: Provider[];
  onRemove: (provider: Provider) => void;
};

function Panel({ search, providers, types, admin, onOpen, onRemove }: PanelProps) {
  const { data: models = [] } = useQuery(modelsQuery);
  const provider = providers.find(({ id }) => id === search.provider);
  const wanted = provider?.provider_type ?? (admin ? search.add : undefined);
  const type = types.find((candidate) => candidate.type === wanted);
  if (!type) return null;
  const close = () => onOpen({});
  if (!provider) {
    return (
      <AddPanel type={type} onClose={close} onCreated={({ id }) => onOpen({ provider: id })} />
    );
  }
  return (
    <ProviderPanel
      provider={provider}
      type={type}
      models={models.filter((model) => model.provider_id === provider.id)}
      canEdit={admin}
      onClose={close}
      onRemove={onRemove}
    />
  );
}

/** Removes at once and offers the way back. */
function useRemoveWithUndo(onRemoved: () => void) {
  const remove = useRemoveProvider();
  const restore = useRestoreProvider();
  return ({ id, name }: Provider) =>
    remove.mutate(id, {
      onSuccess: () => {
        onRemoved();
        toast.undo(messages.removed(name), () =>
          restore.mutate(id, { onError: () => toast.error(messages.restoreFailed(name)) }),
        );
      },
      onError: (error) => toast.error(`${messages.removeFailed(name)}. ${error.message}`),
    });
}
