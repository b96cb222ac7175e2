import { useQuery } from '@tanstack/react-query';
import { Ellipsis, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Provider, ProviderKey } from '@/api';
import {
  Button,
  ConfirmDialog,
  ErrorState,
  formatLatency,
  IconButton,
  Menu,
  Skeleton,
  StatusIcon,
  Time,
  toast,
} from '@/ui';
import { providerKeysQuery, useChangeKey, useRemoveKey, useTestKey } from '../api';
import { messages } from '../messages';
import { KeyDialog, type KeyDialogMode } from './key-dialog';

const words = messages.keys;

/** The keys of a provider with their states; a value is written here and never shown. */
export function KeyList({ provider, multiline }: { provider: Provider; multiline: boolean }) {
  const keys = useQuery(providerKeysQuery(provider.id));
  const [editing, setEditing] = useState<KeyDialogMode>();
  return (
    <section aria-label={words.title}>
      <div className="mb-1.5 flex h-7 items-center gap-2">
        <h3 className="font-semibold">{words.title}</h3>
        <Button
          variant="ghost"
          size="sm"
          icon={Plus}
          className="-mr-2 ml-auto"
          onClick={() => setEditing({ kind: 'add' })}
        >
          {words.add}
        </Button>
      </div>
      {keys.error && (
        <ErrorState
          title={words.loadFailed}
          error={keys.error}
          onRetry={() => void keys.refetch()}
        />
      )}
      {keys.isPending && <Skeleton className="h-12" />}
      {keys.data?.length === 0 && (
        <p className="meta border-y border-line py-3 text-fg-3">{words.none}</p>
      )}
      {keys.data && keys.data.length > 0 && (
        <ul className="rounded-md border border-line">
          {keys.data.map((key) => (
            <KeyRow key={key.id} item={key} onEdit={setEditing} />
          ))}
        </ul>
      )}
      {editing && (
        <KeyDialog
          provider={provider}
          mode={editing}
          multiline={multiline}
          onClose={() => setEditing(undefined)}
        />
      )}
    </section>
  );
}

type RowProps = { item: ProviderKey; onEdit: (mode: KeyDialogMode) => void };

const STATUS = {
  active: 'ok',
  cooling: 'warn',
  set_aside: 'error',
  disabled: 'skipped',
} as const;

function KeyRow({ item, onEdit }: RowProps) {
  return (
    <li className="flex items-center gap-2.5 border-t border-line px-3 py-2 first:border-t-0">
      <StatusIcon status={STATUS[item.status]} label={words.states[item.status]} />
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="flex min-w-0 items-baseline gap-2">
          <span className="truncate font-medium">{item.label}</span>
          {item.hint && <span className="mono meta text-fg-3">…{item.hint}</span>}
        </span>
        <span className="meta text-fg-3">
          <KeyFacts item={item} />
        </span>
      </span>
      <KeyMenu item={item} onEdit={onEdit} />
    </li>
  );
}

function KeyFacts({ item }: { item: ProviderKey }) {
  if (item.status === 'disabled') return words.states.disabled;
  if (item.status === 'active') {
    return (
      <>
        {words.uses(item.uses)}
        {item.last_used_at && (
          <>
            , {words.lastUsed} <Time at={item.last_used_at} />
          </>
        )}
      </>
    );
  }
  return (
    <span className={item.status === 'set_aside' ? 'text-danger-text' : undefined}>
      {item.last_error} {item.until && words.again} {item.until && <Time at={item.until} />}
    </span>
  );
}

function KeyMenu({ item, onEdit }: RowProps) {
  const change = useChangeKey();
  const remove = useRemoveKey();
  const test = useTestKey();
  const [asking, setAsking] = useState(false);
  const onError = (error: Error) => toast.error(`${words.failed(item.label)} ${error.message}`);
  const runTest = () =>
    test.mutate(item, {
      onSuccess: (told) =>
        told.ok
          ? toast(words.tested(item.label, formatLatency(told.latency_ms)))
          : toast.error(`${item.label}: ${told.error ?? messages.testFailed}`),
      onError,
    });
  const off = item.status === 'disabled';
  const toggle = () => change.mutate({ key: item, change: { disabled: !off } }, { onError });
  return (
    <>
      <Menu
        label={words.actions(item.label)}
        trigger={<IconButton size="sm" icon={Ellipsis} label={words.actions(item.label)} />}
        items={[
          { label: words.test, onSelect: runTest },
          { label: words.rename, onSelect: () => onEdit({ kind: 'rename', key: item }) },
          { label: words.replace, onSelect: () => onEdit({ kind: 'replace', key: item }) },
          { label: off ? words.on : words.off, onSelect: toggle },
          'separator',
          { label: words.remove, danger: true, onSelect: () => setAsking(true) },
        ]}
      />
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={words.removeTitle(item.label)}
        confirmLabel={words.remove}
        busy={remove.isPending}
        onConfirm={() =>
          remove.mutate(item, {
            onError,
            onSettled: () => setAsking(false),
          })
        }
      >
        {words.removeBody}
      </ConfirmDialog>
    </>
  );
}
