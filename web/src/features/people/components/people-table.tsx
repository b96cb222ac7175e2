import type { ComponentProps } from 'react';
import type { Account } from '@/api';
import { useMe } from '@/features/session';
import { Badge, type Column, DataTable, Time } from '@/ui';
import { messages } from '../messages';
import type { PeopleSearch } from '../model/people-search';

const words = messages.columns;

type Rest = Omit<
  ComponentProps<typeof DataTable<Account>>,
  'label' | 'columns' | 'rowId' | 'rowLink' | 'narrow'
>;

export function PeopleTable({ search, ...rest }: Rest & { search: PeopleSearch }) {
  const me = useMe();
  return (
    <DataTable
      label={messages.title}
      columns={columnsFor(me.id)}
      rowId={({ id }) => id}
      rowLink={({ id }) => ({ to: '.', search: { ...search, person: id } })}
      selectedId={search.person}
      narrow={(person) => ({
        trailing: <StatusOf person={person} />,
        meta: (
          <>
            <span className="min-w-0 truncate">{person.email}</span>
            <span className="ml-auto">{messages.roles[person.role]}</span>
          </>
        ),
      })}
      {...rest}
    />
  );
}

export function StatusOf({ person }: { person: Account }) {
  const active = person.status === 'active';
  return <Badge tone={active ? 'success' : 'neutral'}>{messages.statuses[person.status]}</Badge>;
}

export function LastSeen({ person }: { person: Account }) {
  if (person.last_seen_at) return <Time at={person.last_seen_at} />;
  return <span className="text-fg-3">{messages.never}</span>;
}

const columnsFor = (me: string): Column<Account>[] => [
  {
    id: 'name',
    header: words.name,
    primary: true,
    cell: ({ id, name, email }) => (
      <span className="flex min-w-0 items-baseline gap-2">
        <span className="flex-none font-medium text-fg">{name}</span>
        {id === me && <Badge>{messages.you}</Badge>}
        <span className="meta min-w-0 truncate text-fg-3 max-md:hidden">{email}</span>
      </span>
    ),
  },
  { id: 'role', header: words.role, width: 'w-[112px]', cell: ({ role }) => messages.roles[role] },
  {
    id: 'status',
    header: words.status,
    width: 'w-[120px]',
    cell: (person) => <StatusOf person={person} />,
  },
  {
    id: 'seen',
    header: words.seen,
    width: 'w-[128px]',
    cell: (person) => <LastSeen person={person} />,
  },
  {
    id: 'joined',
    header: words.joined,
    width: 'w-[112px]',
    lowValue: true,
    cell: ({ created_at }) => <Time at={created_at} />,
  },
];
