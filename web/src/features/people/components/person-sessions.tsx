import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Account, SessionView } from '@/api';
import { SessionRow } from '@/features/account';
import { Button, ConfirmDialog, ErrorState, Skeleton, toast } from '@/ui';
import { sessionsQuery, useEndSession, useEndSessions } from '../api';
import { messages } from '../messages';

const words = messages.sessions;

/** Where somebody else is signed in, and ending it. */
export function PersonSessions({ person }: { person: Account }) {
  const { data, error, refetch } = useQuery(sessionsQuery(person.id));
  const [asking, setAsking] = useState(false);
  return (
    <section className="mt-7">
      <div className="mb-2 flex min-h-8 items-center justify-between gap-3">
        <h3 className="font-semibold">{words.title}</h3>
        {data && data.length > 0 && (
          <Button size="sm" onClick={() => setAsking(true)}>
            {words.endAll}
          </Button>
        )}
      </div>
      {error ? (
        <ErrorState title={words.failed} error={error} onRetry={() => void refetch()} />
      ) : (
        <Sessions sessions={data} personId={person.id} />
      )}
      {asking && <EndAllDialog person={person} onClose={() => setAsking(false)} />}
    </section>
  );
}

type SessionsProps = { sessions: SessionView[] | undefined; personId: string };

function Sessions({ sessions, personId }: SessionsProps) {
  const end = useEndSession(personId);
  if (!sessions) return <Skeleton className="h-16 w-full" />;
  if (sessions.length === 0) return <p className="text-fg-3">{words.none}</p>;
  return (
    <ul aria-label={words.title} className="overflow-hidden rounded-lg ring-1 ring-line">
      {sessions.map((session) => (
        <SessionRow
          key={session.id}
          session={session}
          busy={end.isPending && end.variables === session.id}
          onEnd={() =>
            end.mutate(session.id, {
              onSuccess: () => toast(words.ended),
              onError: (error) => toast.error(error.message),
            })
          }
        />
      ))}
    </ul>
  );
}

function EndAllDialog({ person, onClose }: { person: Account; onClose: () => void }) {
  const end = useEndSessions(person.id);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.endAllTitle(person.name)}
      confirmLabel={words.endAll}
      busy={end.isPending}
      onConfirm={() =>
        end.mutate(undefined, {
          onSuccess: ({ ended }) => {
            toast(words.endedAll(person.name, ended));
            onClose();
          },
          onError: (error) => toast.error(error.message),
        })
      }
    >
      {words.endAllBody}
    </ConfirmDialog>
  );
}
