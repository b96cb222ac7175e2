import type { ComponentProps } from 'react';
import type { AuditEntry } from '@/api';
import { type Column, DataTable, Time } from '@/ui';
import { messages } from '../messages';
import type { AuditSearch } from '../model/audit-search';
import { actionText, actorText } from '../model/words';

const words = messages.columns;

type Rest = Omit<
  ComponentProps<typeof DataTable<AuditEntry>>,
  'label' | 'columns' | 'rowId' | 'rowLink' | 'narrow'
>;

/** Entries as rows, newest first; a row opens its entry. */
export function AuditTable({ search, ...rest }: Rest & { search: AuditSearch }) {
  return (
    <DataTable
      label={messages.title}
      columns={COLUMNS}
      rowId={(entry) => String(entry.seq)}
      rowLink={(entry) => ({ to: '.', search: { ...search, entry: entry.seq } })}
      selectedId={search.entry === undefined ? undefined : String(search.entry)}
      narrow={(entry) => ({
        trailing: <Time at={entry.at} />,
        meta: (
          <>
            <span className="flex-none">{actorText(entry)}</span>
            <span className="ml-auto min-w-0 truncate">{entry.name}</span>
          </>
        ),
      })}
      {...rest}
    />
  );
}

const COLUMNS: Column<AuditEntry>[] = [
  { id: 'at', header: words.at, width: 'w-[112px]', cell: ({ at }) => <Time at={at} /> },
  {
    id: 'actor',
    header: words.actor,
    width: 'w-[20%]',
    cell: (entry) => (
      <span className="block truncate">
        {actorText(entry)}
        {entry.actor.key_id && <span className="text-fg-3"> {messages.withKey}</span>}
      </span>
    ),
  },
  {
    id: 'action',
    header: words.action,
    primary: true,
    cell: ({ action }) => <span className="font-medium text-fg">{actionText(action)}</span>,
  },
  {
    id: 'name',
    header: words.name,
    width: 'w-[26%]',
    cell: ({ name, entity_type }) => (
      <span className="block truncate text-fg-2">{name || actionText(entity_type)}</span>
    ),
  },
  {
    id: 'address',
    header: words.address,
    width: 'w-[132px]',
    lowValue: true,
    cell: ({ address }) => <span className="mono text-fg-3">{address ?? '–'}</span>,
  },
];
