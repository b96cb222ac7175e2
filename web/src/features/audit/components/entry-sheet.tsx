import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { AuditEntry } from '@/api';
import { CopyId, cx, ErrorState, Sheet, Skeleton, Time, VisuallyHidden } from '@/ui';
import { auditEntryQuery } from '../api';
import { messages } from '../messages';
import { actionText, actorText, type FieldChange, fieldChanges } from '../model/words';

const words = messages.entry;

/** One entry with everything that it says. */
export function EntrySheet({ seq, onClose }: { seq: number; onClose: () => void }) {
  const { data, error, refetch, isFetching } = useQuery(auditEntryQuery(seq));
  return (
    <Sheet
      open
      width="wide"
      onOpenChange={(open) => !open && onClose()}
      title={data ? actionText(data.action) : words.title(seq)}
    >
      {error && (
        <ErrorState
          title={words.loadError}
          error={error}
          onRetry={() => void refetch()}
          retrying={isFetching}
        />
      )}
      {!data && !error && <Skeleton className="h-40 w-full" />}
      {data && <Facts entry={data} />}
      {data && <Changes entry={data} />}
    </Sheet>
  );
}

function Facts({ entry }: { entry: AuditEntry }) {
  const { actor } = entry;
  return (
    <dl className="grid grid-cols-[96px_1fr] gap-x-4 gap-y-2">
      <Fact label={words.at}>
        <Time at={entry.at} absolute />
      </Fact>
      <Fact label={words.actor}>{actorText(entry)}</Fact>
      {actor.key_id && (
        <Fact label={words.key}>
          <CopyId id={actor.key_id} />
        </Fact>
      )}
      {entry.address && (
        <Fact label={words.address}>
          <span className="mono">{entry.address}</span>
        </Fact>
      )}
      <Fact label={words.thing}>
        {[actionText(entry.entity_type), entry.name].filter(Boolean).join(': ')}
      </Fact>
      {entry.entity_id && (
        <Fact label={words.id}>
          <CopyId id={entry.entity_id} />
        </Fact>
      )}
      {entry.request_id && (
        <Fact label={words.request}>
          <CopyId id={entry.request_id} />
        </Fact>
      )}
      <Fact label={words.hash}>
        <span className="mono break-all text-fg-3">{entry.hash}</span>
      </Fact>
    </dl>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-fg-3">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

function Changes({ entry }: { entry: AuditEntry }) {
  const changes = fieldChanges(entry);
  return (
    <section aria-label={words.changes}>
      <h3 className="heading mb-2">{words.changes}</h3>
      {changes.length === 0 && <p className="text-fg-3">{words.nothing}</p>}
      <ul className="flex flex-col gap-3">
        {changes.map((change) => (
          <Change key={change.field} change={change} />
        ))}
      </ul>
    </section>
  );
}

function Change({ change }: { change: FieldChange }) {
  return (
    <li>
      <h4 className="meta mb-1 text-fg-3">{actionText(change.field)}</h4>
      <div className="overflow-hidden rounded-md bg-sunken font-mono text-xs leading-[19px] ring-1 ring-line ring-inset">
        {change.before !== null && (
          <Value sign="−" side={words.before} text={change.before} look="bg-[var(--o-diff-del)]" />
        )}
        {change.after !== null && (
          <Value sign="+" side={words.after} text={change.after} look="bg-[var(--o-diff-add)]" />
        )}
      </div>
    </li>
  );
}

function Value(props: { sign: string; side: string; text: string; look: string }) {
  return (
    <div className={cx('flex gap-2 px-3 py-1 break-words whitespace-pre-wrap', props.look)}>
      <span aria-hidden="true" className="flex-none text-fg-3 select-none">
        {props.sign}
      </span>
      <VisuallyHidden>{props.side}: </VisuallyHidden>
      <span className="min-w-0">{props.text}</span>
    </div>
  );
}
