import type { ComponentProps } from 'react';
import type { ApiKey } from '@/api';
import { Badge, type Column, DataTable, Time } from '@/ui';
import { messages } from '../messages';
import { isExpired } from '../model/key-form';
import type { KeySearch } from '../model/key-search';

const words = messages.columns;

type Rest = Omit<
  ComponentProps<typeof DataTable<ApiKey>>,
  'label' | 'columns' | 'rowId' | 'rowLink' | 'narrow'
>;

export function KeysTable({ search, ...rest }: Rest & { search: KeySearch }) {
  return (
    <DataTable
      label={messages.title}
      columns={search.all ? [...OWN.slice(0, 2), OWNER, ...OWN.slice(2)] : OWN}
      rowId={({ id }) => id}
      rowLink={({ id }) => ({ to: '.', search: { ...search, key: id } })}
      selectedId={search.key}
      narrow={(key) => ({
        trailing: isExpired(key, Date.now()) && <Expires at={key} />,
        meta: (
          <>
            <Prefix of={key} />
            <span className="ml-auto min-w-0 truncate">
              {search.all ? key.owner.name : <NarrowUse at={key.last_used_at} />}
            </span>
          </>
        ),
      })}
      {...rest}
    />
  );
}

function Prefix({ of }: { of: ApiKey }) {
  return <span className="mono text-fg-3">orb_{of.prefix}_…</span>;
}

function LastUsed({ at }: { at: string | null }) {
  return at ? <Time at={at} /> : <span className="text-fg-3">{messages.unused}</span>;
}

function NarrowUse({ at }: { at: string | null }) {
  return (
    <>
      {messages.usedAt} {at ? <Time at={at} /> : messages.unused.toLowerCase()}
    </>
  );
}

export function Expires({ at }: { at: ApiKey }) {
  if (at.expires_at === null) return <span className="text-fg-3">{messages.never}</span>;
  if (isExpired(at, Date.now())) return <Badge tone="danger">{messages.expired}</Badge>;
  return <Time at={at.expires_at} />;
}

const OWN: Column<ApiKey>[] = [
  {
    id: 'name',
    header: words.name,
    primary: true,
    cell: ({ name }) => <span className="font-medium text-fg">{name}</span>,
  },
  { id: 'key', header: words.key, width: 'w-[168px]', cell: (key) => <Prefix of={key} /> },
  {
    id: 'scopes',
    header: words.scopes,
    width: 'w-[18%]',
    lowValue: true,
    cell: ({ scopes }) => (
      <span className="block truncate text-fg-2">
        {scopes.map((scope) => messages.scopes[scope].label).join(', ')}
      </span>
    ),
  },
  {
    id: 'used',
    header: words.used,
    width: 'w-[104px]',
    cell: ({ last_used_at }) => <LastUsed at={last_used_at} />,
  },
  { id: 'expires', header: words.expires, width: 'w-[112px]', cell: (key) => <Expires at={key} /> },
];

const OWNER: Column<ApiKey> = {
  id: 'owner',
  header: words.owner,
  width: 'w-[14%]',
  cell: ({ owner }) => <span className="block truncate">{owner.name}</span>,
};
