import { useInfiniteQuery } from '@tanstack/react-query';
import type { SessionView } from '@/api';
import { Button, ErrorState, Skeleton, toast } from '@/ui';
import { sessionsQuery, useEndOtherSessions, useEndSession } from '../api';
import { messages } from '../messages';
import { Section } from './section';
import { SessionRow } from './session-row';

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
  return (
    <SessionRow
      session={session}
      busy={end.isPending}
      onEnd={() =>
        end.mutate(session.id, {
          onSuccess: () => toast(words.ended),
          onError: (error) => toast.error(error.message),
        })
      }
    />
  );
}
