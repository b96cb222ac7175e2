import { useInfiniteQuery } from '@tanstack/react-query';
import type { SessionView } from '@/api';
import { Badge, Button, ErrorState, Skeleton, Time, toast } from '@/ui';
import { sessionsQuery, useEndOtherSessions, useEndSession } from '../api';
import { deviceOf } from '../device';
import { messages } from '../messages';
import { Section } from './section';

const words = messages.sessions;

export function SessionsSection() {
  const list = useInfiniteQuery(sessionsQuery);
  const endOthers = useEndOtherSessions();
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  const others = rows.some(({ current }) => !current);
  const signOut = others && (
    <Button
      className="ml-auto"
      busy={endOthers.isPending}
      onClick={() =>
        endOthers.mutate(undefined, {
          onSuccess: ({ ended }) => toast(words.endedOthers(ended)),
          onError: (error) => toast.error(error.message),
        })
      }
    >
      {words.endOthers}
    </Button>
  );
  return (
    <Section title={words.title} aside={signOut}>
      {list.error && !list.data ? (
        <ErrorState
          title={words.loadFailed}
          error={list.error}
          onRetry={() => void list.refetch()}
          retrying={list.isFetching}
        />
      ) : list.isPending ? (
        <Skeleton className="h-24 w-full" />
      ) : (
        <ul className="overflow-hidden rounded-lg ring-1 ring-line">
          {rows.map((row) => (
            <Row key={row.id} session={row} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button
          className="mt-3"
          busy={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {words.more}
        </Button>
      )}
    </Section>
  );
}

function Row({ session }: { session: SessionView }) {
  const end = useEndSession();
  const device = deviceOf(session.user_agent);
  return (
    <li className="flex items-center gap-4 border-t border-line px-4 py-3 first:border-t-0">
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2 font-medium">
          <span className="truncate" title={session.user_agent}>
            {device}
          </span>
          {session.current && <Badge tone="success">{words.here}</Badge>}
        </p>
        <p className="meta text-fg-3">
          <span className="mono">{session.address}</span> · {words.used}{' '}
          <Time at={session.last_used_at} /> · {words.since} <Time at={session.created_at} />
        </p>
      </div>
      {!session.current && (
        <Button
          aria-label={words.endLabel(device)}
          busy={end.isPending}
          onClick={() =>
            end.mutate(session.id, {
              onSuccess: () => toast(words.ended),
              onError: (error) => toast.error(error.message),
            })
          }
        >
          {words.end}
        </Button>
      )}
    </li>
  );
}
