import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { ApiKey, ApiKeyCreated } from '@/api';
import { projectsQuery, useCan } from '@/features/session';
import { useSettingsCrumb } from '@/features/settings';
import { Button, DocLink, EmptyState, Page, PagedList, Segmented } from '@/ui';
import { apiKeysQuery } from '../api';
import { CreateDialog } from '../components/create-dialog';
import { KeySheet } from '../components/key-sheet';
import { KeysTable } from '../components/keys-table';
import { MadeDialog } from '../components/made-dialog';
import { messages } from '../messages';
import { type KeySearch, parseKeySearch } from '../model/key-search';

export function ApiKeysPage() {
  const search = parseKeySearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const open = (next: KeySearch) => void navigate({ to: '.', search: next, replace: true });
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<ApiKeyCreated>();
  const make = (
    <Button variant="primary" icon={Plus} aria-keyshortcuts="n" onClick={() => setMaking(true)}>
      {messages.make}
    </Button>
  );
  return (
    <Page
      title={messages.title}
      summary={messages.summary}
      crumbs={useSettingsCrumb()}
      actions={make}
    >
      {useCan('admin') && <Whose search={search} onChange={open} />}
      <Keys search={search} onOpen={open} />
      {making && (
        <CreateDialog
          onClose={() => setMaking(false)}
          onMade={(key) => {
            setMaking(false);
            setMade(key);
          }}
        />
      )}
      {made && <MadeDialog made={made} onDone={() => setMade(undefined)} />}
    </Page>
  );
}

type PartProps = { search: KeySearch; onChange: (search: KeySearch) => void };

function Whose({ search, onChange }: PartProps) {
  return (
    <div className="mb-3">
      <Segmented
        label={messages.whose.label}
        value={search.all ? 'all' : 'mine'}
        onValueChange={(value) => onChange(value === 'all' ? { all: true } : {})}
        options={[
          { value: 'mine', label: messages.whose.mine },
          { value: 'all', label: messages.whose.all },
        ]}
      />
    </div>
  );
}

function Keys({ search, onOpen }: { search: KeySearch; onOpen: (search: KeySearch) => void }) {
  const admin = useCan('admin');
  const all = admin && search.all === true;
  const list = useInfiniteQuery(apiKeysQuery(all));
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <>
      <PagedList list={list} failed={messages.loadFailed}>
        {(share) => (
          <KeysTable
            search={search}
            empty={
              <EmptyState
                title={messages.empty.title}
                secondary={<DocLink page="api-and-keys">{messages.empty.learn}</DocLink>}
              >
                {all ? messages.empty.all : messages.empty.body}
              </EmptyState>
            }
            {...share}
          />
        )}
      </PagedList>
      <OpenKey rows={rows} search={search} onClose={() => onOpen({ ...search, key: undefined })} />
    </>
  );
}

type OpenProps = { rows: ApiKey[]; search: KeySearch; onClose: () => void };

function OpenKey({ rows, search, onClose }: OpenProps) {
  const { data: projects = [] } = useQuery(projectsQuery);
  const key = rows.find(({ id }) => id === search.key);
  if (!key) return null;
  const project = projects.find(({ id }) => id === key.project_id);
  return <KeySheet key={key.id} apiKey={key} projectName={project?.name} onClose={onClose} />;
}
