import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useProject } from '@/features/session';
import { Button, DocLink, EmptyState, Page, PagedList } from '@/ui';
import { runsQuery } from '../api';
import { RunsFilters } from '../components/runs-filters';
import { RunsTable } from '../components/runs-table';
import { useNow } from '../hooks/use-now';
import { messages } from '../messages';
import { isActive } from '../model/run-facts';
import { hasFilters, parseRunSearch, type RunSearch } from '../model/run-search';
import { useLiveRuns } from '../realtime';

const SECOND = 1_000;

/** The project's runs that the caller may see, newest first, changing as they go on. */
export function RunsPage() {
  const search = parseRunSearch(useSearch({ strict: false }));
  const setSearch = useSetSearch();
  useLiveRuns();
  const project = useProject();
  const list = useInfiniteQuery({
    ...runsQuery(project.id, search),
    placeholderData: (previous) => previous,
  });
  const runs = list.data?.pages.flatMap((page) => page.data) ?? [];
  const now = useNow(runs.some(isActive), SECOND);
  return (
    <Page title={messages.title} summary={messages.summary}>
      <RunsFilters search={search} onChange={setSearch} />
      <PagedList list={list} failed={messages.listError}>
        {({ rows, ...share }) => (
          <RunsTable
            runs={rows}
            search={search}
            now={now}
            {...share}
            empty={<NoRuns filtered={hasFilters(search)} onClear={() => setSearch({})} />}
          />
        )}
      </PagedList>
    </Page>
  );
}

function useSetSearch(): (search: RunSearch) => void {
  const navigate = useNavigate();
  return (search) => void navigate({ to: '.', search, replace: true });
}

function NoRuns({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const project = useProject();
  if (filtered) {
    return (
      <EmptyState
        title={messages.noMatch.title}
        action={<Button onClick={onClear}>{messages.noMatch.clear}</Button>}
      />
    );
  }
  return (
    <EmptyState
      title={messages.empty.title}
      action={
        <Button variant="primary" asChild>
          <Link
            to="/p/$project/playground/{-$thread}"
            params={{ project: project.id, thread: undefined }}
          >
            {messages.empty.action}
          </Link>
        </Button>
      }
      secondary={<DocLink page="playground-and-runs">{messages.empty.learn}</DocLink>}
    >
      {messages.empty.body}
    </EmptyState>
  );
}
