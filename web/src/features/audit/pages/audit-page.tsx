import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Download, ShieldCheck } from 'lucide-react';
import { useSettingsCrumb } from '@/features/settings';
import { Button, DocLink, EmptyState, Menu, Page, PagedList, toast } from '@/ui';
import { auditQuery, type ExportFormat, useExportAudit, useVerifyAudit } from '../api';
import { AuditFilters } from '../components/audit-filters';
import { AuditTable } from '../components/audit-table';
import { EntrySheet } from '../components/entry-sheet';
import { VerifyNote } from '../components/verify-note';
import { messages } from '../messages';
import { type AuditSearch, hasFilters, parseAuditSearch } from '../model/audit-search';

/** What happened in the whole workspace, for administrators. */
export function AuditPage() {
  const search = parseAuditSearch(useSearch({ strict: false }));
  const setSearch = useSetSearch();
  const verify = useVerifyAudit();
  return (
    <Page
      title={messages.title}
      summary={messages.summary}
      crumbs={useSettingsCrumb()}
      actions={
        <>
          <Button icon={ShieldCheck} busy={verify.isPending} onClick={() => verify.mutate()}>
            {messages.verify.label}
          </Button>
          <ExportMenu search={search} />
        </>
      }
    >
      <div className="mb-3 empty:hidden">
        <VerifyNote check={verify.data} error={verify.error} />
      </div>
      <AuditFilters search={search} onChange={setSearch} />
      <Entries search={search} onClear={() => setSearch({})} />
      {search.entry !== undefined && (
        <EntrySheet seq={search.entry} onClose={() => setSearch({ ...search, entry: undefined })} />
      )}
    </Page>
  );
}

function useSetSearch(): (search: AuditSearch) => void {
  const navigate = useNavigate();
  return (search) => void navigate({ to: '.', search, replace: true });
}

function Entries({ search, onClear }: { search: AuditSearch; onClear: () => void }) {
  const list = useInfiniteQuery({
    ...auditQuery(search),
    placeholderData: (previous) => previous,
  });
  return (
    <PagedList list={list} failed={messages.listError}>
      {(share) => (
        <AuditTable
          search={search}
          empty={<NoEntries filtered={hasFilters(search)} onClear={onClear} />}
          {...share}
        />
      )}
    </PagedList>
  );
}

function NoEntries({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (!filtered)
    return (
      <EmptyState
        title={messages.empty.title}
        secondary={<DocLink page="retention-and-storage">{messages.empty.learn}</DocLink>}
      >
        {messages.empty.body}
      </EmptyState>
    );
  return (
    <EmptyState
      title={messages.noMatch}
      action={<Button onClick={onClear}>{messages.filters.clear}</Button>}
    />
  );
}

function ExportMenu({ search }: { search: AuditSearch }) {
  const words = messages.export;
  const { mutate, isPending } = useExportAudit(search);
  const take = (format: ExportFormat) =>
    mutate(format, { onError: (error) => toast.error(`${words.failed} ${error.message}`) });
  return (
    <Menu
      label={words.menu}
      align="end"
      items={[
        { label: words.csv, onSelect: () => take('csv') },
        { label: words.jsonl, onSelect: () => take('jsonl') },
      ]}
      trigger={
        <Button icon={Download} busy={isPending}>
          {words.label}
        </Button>
      }
    />
  );
}
