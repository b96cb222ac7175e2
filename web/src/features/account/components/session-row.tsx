import type { SessionView } from '@/api';
import { Badge, Button, Time } from '@/ui';
import { deviceOf } from '../device';
import { messages } from '../messages';

const words = messages.sessions;

type SessionRowProps = { session: SessionView; busy: boolean; onEnd: () => void };

/** Where a person is signed in: a row of a list. */
export function SessionRow({ session, busy, onEnd }: SessionRowProps) {
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
          <Time at={session.last_used_at} /> · {words.since} <Time at={session.created_at} />,{' '}
          {words.method[session.method]}
        </p>
      </div>
      {!session.current && (
        <Button aria-label={words.endLabel(device)} busy={busy} onClick={onEnd}>
          {words.end}
        </Button>
      )}
    </li>
  );
}
