import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Search, UserRoundPlus } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import type { Account, InviteLink, Role } from '@/api';
import { useSettingsCrumb } from '@/features/settings';
import { Button, EmptyState, ErrorState, Input, Page, Select } from '@/ui';
import { peopleQuery, personQuery } from '../api';
import { InviteDialog } from '../components/invite-dialog';
import { Invites } from '../components/invites';
import { LinkDialog } from '../components/link-dialog';
import { PeopleTable } from '../components/people-table';
import { PersonSheet } from '../components/person-sheet';
import { messages } from '../messages';
import { type PeopleSearch, parsePeopleSearch } from '../model/people-search';

export { parsePeopleSearch };

/** For administrators: who has an account, who was invited. */
export function PeoplePage() {
  const search = parsePeopleSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const open = (next: PeopleSearch) => void navigate({ to: '.', search: next, replace: true });
  const [inviting, setInviting] = useState(false);
  const [made, setMade] = useState<InviteLink>();
  return (
    <Page
      title={messages.title}
      summary={messages.summary}
      crumbs={useSettingsCrumb()}
      actions={
        <Button
          variant="primary"
          icon={UserRoundPlus}
          aria-keyshortcuts="n"
          onClick={() => setInviting(true)}
        >
          {messages.invite}
        </Button>
      }
    >
      <Invites onMade={setMade} />
      <Filters search={search} onChange={open} />
      <People search={search} onOpen={open} />
      {inviting && (
        <InviteDialog
          onClose={() => setInviting(false)}
          onMade={(link) => {
            setInviting(false);
            setMade(link);
          }}
        />
      )}
      {made && <LinkDialog made={made} onDone={() => setMade(undefined)} />}
    </Page>
  );
}

const ANY = 'any';

type FiltersProps = { search: PeopleSearch; onChange: (search: PeopleSearch) => void };

function Filters({ search, onChange }: FiltersProps) {
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <Input
        size="sm"
        type="search"
        icon={Search}
        aria-label={messages.search}
        aria-keyshortcuts="/"
        placeholder={messages.search}
        value={search.q ?? ''}
        onChange={(event) => onChange({ ...search, q: event.target.value || undefined })}
        className="w-[220px] max-md:w-full"
      />
      <Select
        appearance="filter"
        aria-label={messages.roleFilter}
        value={search.role ?? ANY}
        onValueChange={(value) =>
          onChange({ ...search, role: value === ANY ? undefined : (value as Role) })
        }
        options={[
          { value: ANY, label: messages.any },
          ...(['admin', 'developer', 'viewer'] as const).map((value) => ({
            value,
            label: messages.roles[value],
          })),
        ]}
      />
      <Select
        appearance="filter"
        aria-label={messages.statusFilter}
        value={search.status ?? ANY}
        onValueChange={(value) =>
          onChange({ ...search, status: value === ANY ? undefined : (value as Account['status']) })
        }
        options={[
          { value: ANY, label: messages.anyStatus },
          ...(['active', 'deactivated'] as const).map((value) => ({
            value,
            label: messages.statuses[value],
          })),
        ]}
      />
    </div>
  );
}

function People({
  search,
  onOpen,
}: {
  search: PeopleSearch;
  onOpen: (search: PeopleSearch) => void;
}) {
  const { person, ...filter } = search;
  const q = useDeferredValue(filter.q);
  const list = useInfiniteQuery({
    ...peopleQuery({ ...filter, q }),
    placeholderData: keepPreviousData,
  });
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  if (list.error && !list.data) {
    return (
      <ErrorState
        title={messages.failed}
        error={list.error}
        onRetry={() => void list.refetch()}
        retrying={list.isFetching}
      />
    );
  }
  return (
    <>
      <PeopleTable
        rows={rows}
        search={search}
        loading={list.isPending}
        stale={list.isPlaceholderData}
        total={list.data?.pages[0]?.pagination.total}
        hasMore={list.hasNextPage}
        loadingMore={list.isFetchingNextPage}
        onLoadMore={() => void list.fetchNextPage()}
        empty={
          <EmptyState
            title={messages.noMatches}
            action={<Button onClick={() => onOpen({})}>{messages.clear}</Button>}
          />
        }
      />
      {person && !list.isPending && (
        <OpenPerson
          key={person}
          id={person}
          listed={rows.find(({ id }) => id === person)}
          onClose={() => onOpen({ ...search, person: undefined })}
        />
      )}
    </>
  );
}

type OpenPersonProps = { id: string; listed: Account | undefined; onClose: () => void };

/** The sheet of the person in the address, who need not stand in the part of the list that is loaded. */
function OpenPerson({ id, listed, onClose }: OpenPersonProps) {
  const asked = useQuery({ ...personQuery(id), enabled: !listed });
  const person = listed ?? asked.data;
  if (person) return <PersonSheet person={person} onClose={onClose} />;
  if (!asked.error) return null;
  return (
    <div className="mt-4">
      <ErrorState
        title={messages.personFailed}
        error={asked.error}
        onRetry={() => void asked.refetch()}
        retrying={asked.isFetching}
      />
    </div>
  );
}
