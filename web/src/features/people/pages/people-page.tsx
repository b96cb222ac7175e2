import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { UserRoundPlus } from 'lucide-react';
import { useState } from 'react';
import type { Account, InviteLink, Role } from '@/api';
import { useSettingsCrumb } from '@/features/settings';
import { Button, EmptyState, ErrorState, FilterBar, FilterChoice, Page, PagedList } from '@/ui';
import { peopleQuery, personQuery } from '../api';
import { InviteDialog } from '../components/invite-dialog';
import { Invites } from '../components/invites';
import { LinkDialog } from '../components/link-dialog';
import { PeopleTable } from '../components/people-table';
import { PersonSheet } from '../components/person-sheet';
import { messages } from '../messages';
import { type PeopleSearch, parsePeopleSearch } from '../model/people-search';
import { useLivePeople } from '../realtime';

export { parsePeopleSearch };

const ROLES: Role[] = ['admin', 'developer', 'viewer'];
const STATUSES: Account['status'][] = ['active', 'deactivated'];

/** For administrators: who has an account, who was invited. */
export function PeoplePage() {
  const search = parsePeopleSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const open = (next: PeopleSearch) => void navigate({ to: '.', search: next, replace: true });
  const [inviting, setInviting] = useState(false);
  const [made, setMade] = useState<InviteLink>();
  useLivePeople();
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

type FiltersProps = { search: PeopleSearch; onChange: (search: PeopleSearch) => void };

function Filters({ search, onChange }: FiltersProps) {
  const { q, role, status } = search;
  return (
    <FilterBar
      label={messages.filters}
      search={messages.search}
      words={q}
      onWords={(next) => onChange({ ...search, q: next })}
      onClear={q || role || status ? () => onChange({}) : undefined}
      clear={messages.clear}
    >
      <FilterChoice
        label={messages.roleFilter}
        any={messages.any}
        value={role}
        options={ROLES.map((value) => ({ value, label: messages.roles[value] }))}
        onChange={(next) => onChange({ ...search, role: next })}
      />
      <FilterChoice
        label={messages.statusFilter}
        any={messages.anyStatus}
        value={status}
        options={STATUSES.map((value) => ({ value, label: messages.statuses[value] }))}
        onChange={(next) => onChange({ ...search, status: next })}
      />
    </FilterBar>
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
  const list = useInfiniteQuery({
    ...peopleQuery(filter),
    placeholderData: keepPreviousData,
  });
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <>
      <PagedList list={list} failed={messages.failed}>
        {(share) => (
          <PeopleTable
            search={search}
            empty={
              <EmptyState
                title={messages.noMatches}
                action={<Button onClick={() => onOpen({})}>{messages.clear}</Button>}
              />
            }
            {...share}
          />
        )}
      </PagedList>
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
