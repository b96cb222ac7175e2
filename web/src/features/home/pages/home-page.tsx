import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { MessageSquareText, Plus } from 'lucide-react';
import { lazy, type ReactNode, Suspense } from 'react';
import type { Run } from '@/api';
import { providersQuery } from '@/features/providers';
import {
  isActive,
  type RunSearch,
  RunsTable,
  runsQuery,
  useLiveRuns,
  useNow,
} from '@/features/runs';
import { useCan, useProject } from '@/features/session';
import { Button, EmptyState, ErrorState, Icon, Page, Segmented, Skeleton } from '@/ui';
import { overviewQuery } from '../api';
import { Ledger } from '../components/ledger';
import { Changes, NeedsYou, RunningNow } from '../components/lists';
import { messages } from '../messages';
import { parseHomeSearch, SPANS, type Span } from '../model/figures';
import { useLiveOverview } from '../realtime';

/** Fetched beside the figures that it draws. */
const RunsChart = lazy(() => import('../components/runs-chart'));

const RECENT = 8;
const NEEDS = 3;
const RUNNING = 5;
const DAY_MS = 86_400_000;
const SECOND = 1_000;

/** What needs a person, how it went, and what goes on now. */
export function HomePage() {
  const project = useProject();
  useLiveRuns();
  useLiveOverview(project.id);
  const { span = '24h' } = parseHomeSearch(useSearch({ strict: false }));
  const overview = useQuery(overviewQuery(project.id, span));
  const recent = useRuns({});
  const needs = useNeeds();
  const now = useNow(recent.runs.some(isActive), SECOND);
  const isFirstRun = recent.loaded && recent.runs.length === 0;
  return (
    <Page title={messages.title} heading="hidden">
      <Heading waiting={needs.waiting.total} failed={needs.failed.length}>
        {!isFirstRun && <SpanChoice span={span} />}
      </Heading>
      {overview.error && (
        <div className="mb-4">
          <ErrorState
            title={messages.loadError}
            error={overview.error}
            onRetry={() => void overview.refetch()}
            retrying={overview.isFetching}
          />
        </div>
      )}
      {isFirstRun ? (
        <FirstRun />
      ) : (
        <>
          <Ledger overview={overview.data} span={span} stale={overview.isPlaceholderData} />
          <div className="grid grid-cols-[minmax(0,1fr)_336px] gap-x-9 gap-y-8 max-lg:grid-cols-1">
            <div className="max-lg:order-2">
              {overview.data ? (
                <Suspense fallback={<ChartPlace />}>
                  <RunsChart pieces={overview.data.pieces} span={span} />
                </Suspense>
              ) : (
                <ChartPlace />
              )}
            </div>
            <div className="max-lg:order-1">
              <NeedsYou
                waiting={needs.waiting.runs.slice(0, NEEDS)}
                failed={needs.failed.slice(0, NEEDS)}
                providers={needs.providers}
                total={needs.waiting.total + needs.failed.length + needs.providers.length}
              />
            </div>
            <section className="min-w-0 max-lg:order-4">
              <header className="flex items-center pb-1">
                <h2 className="text-md font-semibold">{messages.recent.title}</h2>
                <Link
                  to="/p/$project/runs"
                  params={{ project: project.id }}
                  className="ml-auto text-brand-text underline decoration-brand-line underline-offset-4"
                >
                  {messages.recent.all}
                </Link>
              </header>
              <RunsTable
                runs={recent.runs.slice(0, RECENT)}
                search={{}}
                brief
                now={now}
                loading={!recent.loaded}
                stale={false}
                total={undefined}
                hasMore={false}
                loadingMore={false}
                onLoadMore={() => undefined}
                empty={null}
              />
            </section>
            <div className="flex flex-col gap-8 max-lg:order-3">
              <RunningNow runs={needs.running.slice(0, RUNNING)} />
              <Changes changes={overview.data?.changes ?? []} />
            </div>
          </div>
        </>
      )}
    </Page>
  );
}

function ChartPlace() {
  return <Skeleton className="h-[217px] w-full" />;
}

/** How far back the figures and the chart go; it stands in the address. */
function SpanChoice({ span }: { span: Span }) {
  const navigate = useNavigate();
  const choose = (next: Span) =>
    void navigate({ to: '.', search: { span: next === '24h' ? undefined : next }, replace: true });
  return (
    <div className="mr-2 max-md:order-last max-md:mr-0 max-md:basis-full">
      <Segmented
        label={messages.span.label}
        value={span}
        onValueChange={choose}
        options={SPANS.map((value) => ({ value, label: messages.span.names[value] }))}
      />
    </div>
  );
}

type HeadingProps = { waiting: number; failed: number; children: ReactNode };

function Heading({ waiting, failed, children }: HeadingProps) {
  const project = useProject();
  const canWrite = useCan('developer');
  const today = new Date();
  const date = today.toLocaleDateString('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
  });
  return (
    <header className="mb-5 flex items-end gap-4 max-md:flex-wrap max-md:gap-3">
      <div className="min-w-0">
        <p className="display text-display-md max-md:text-[1.75rem] max-md:leading-8">
          {messages.greeting(today.getHours())}
        </p>
        <p className="mt-1 text-fg-3">{messages.summary(date, waiting, failed)}</p>
      </div>
      <div className="ml-auto flex flex-none items-center gap-2 max-md:ml-0 max-md:w-full max-md:flex-wrap max-md:[&>*]:flex-1">
        {children}
        <Button asChild>
          <Link
            to="/p/$project/playground/{-$thread}"
            params={{ project: project.id, thread: undefined }}
          >
            <Icon icon={MessageSquareText} className="text-fg-3" />
            {messages.openPlayground}
          </Link>
        </Button>
        {canWrite && (
          <Button variant="primary" asChild>
            <Link
              to="/p/$project/agents"
              params={{ project: project.id }}
              search={{ new: true }}
              aria-keyshortcuts="n"
            >
              <Icon icon={Plus} />
              {messages.newAgent}
            </Link>
          </Button>
        )}
      </div>
    </header>
  );
}

function FirstRun() {
  const { id } = useProject();
  const words = messages.first;
  return (
    <EmptyState
      title={words.title}
      action={
        <Button variant="primary" asChild>
          <Link to="/p/$project/playground/{-$thread}" params={{ project: id, thread: undefined }}>
            {words.action}
          </Link>
        </Button>
      }
      secondary={
        <Link
          to="/p/$project/agents"
          params={{ project: id }}
          className="text-brand-text underline decoration-brand-line underline-offset-4"
        >
          {words.agents}
        </Link>
      }
    >
      {words.body}
    </EmptyState>
  );
}

/** The newest runs of a kind; the events of the socket keep them as they are on the server. */
function useRuns(search: RunSearch) {
  const project = useProject();
  const list = useInfiniteQuery(runsQuery(project.id, search));
  const runs: Run[] = list.data?.pages.flatMap((page) => page.data) ?? [];
  return {
    runs,
    loaded: list.data !== undefined,
    total: list.data?.pages[0]?.pagination.total ?? 0,
  };
}

function useNeeds() {
  const waiting = useRuns({ status: 'waiting' });
  const failed = useRuns({ status: 'failed' });
  const running = useRuns({ status: 'running' });
  const isAdmin = useCan('admin');
  const providers = useQuery({ ...providersQuery, enabled: isAdmin });
  const since = Date.now() - DAY_MS;
  return {
    waiting,
    failed: failed.runs.filter((run) => Date.parse(run.created_at) > since),
    running: running.runs,
    providers: isAdmin ? (providers.data ?? []).filter((one) => one.status === 'error') : [],
  };
}
