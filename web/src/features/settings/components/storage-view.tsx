import { useQuery } from '@tanstack/react-query';
import type { Storage, TableUse } from '@/api';
import { Button, ErrorState, Note, Skeleton, Time } from '@/ui';
import { storageQuery, useMeasureStorage } from '../api';
import { messages } from '../messages';
import { formatBytes } from '../model/bytes';

const words = messages.retention;

export function StorageView() {
  const { data, error, refetch, isFetching } = useQuery(storageQuery);
  const measure = useMeasureStorage();
  if (error)
    return (
      <ErrorState
        title={words.storageFailed}
        error={error}
        onRetry={refetch}
        retrying={isFetching}
      />
    );
  if (!data) return <Skeleton className="h-48" />;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center justify-between gap-3">
        <p className="meta text-fg-3">
          {words.measured} <Time at={data.measured_at} />
        </p>
        <Button size="sm" busy={measure.isPending} onClick={() => measure.mutate()}>
          {words.measure}
        </Button>
      </div>
      <Totals storage={data} />
      <Kinds tables={data.tables} whole={data.database_bytes} />
      <DueNow storage={data} />
    </div>
  );
}

function Totals({ storage }: { storage: Storage }) {
  const facts: [string, number | null][] = [
    [words.facts.database, storage.database_bytes],
    [words.facts.wal, storage.wal_bytes],
    [words.facts.free, storage.free_bytes],
    [words.facts.backups(storage.backups), storage.backups_bytes],
    [words.facts.disk, storage.disk_free_bytes],
  ];
  return (
    <dl className="grid grid-cols-5 border-y border-line py-3 max-md:grid-cols-2 max-md:gap-y-3">
      {facts
        .filter(([, bytes]) => bytes !== null)
        .map(([name, bytes]) => (
          <div
            key={name}
            className="flex min-w-0 flex-col justify-between border-l border-line px-3.5 first:border-l-0 first:pl-0.5 max-md:border-l-0 max-md:px-0.5"
          >
            <dt className="meta text-fg-3">{name}</dt>
            <dd className="text-lg font-medium">{formatBytes(bytes ?? 0)}</dd>
          </div>
        ))}
    </dl>
  );
}

type Kind = { owner: string; bytes: number | null; rows: number | null };

/** Tables of one domain together, the largest first. */
export function kindsOf(tables: readonly TableUse[]): Kind[] {
  const sum = (values: (number | null)[]) =>
    values.includes(null) ? null : values.reduce<number>((all, one) => all + (one ?? 0), 0);
  const owners = [...new Set(tables.map(({ owner }) => owner))];
  return owners
    .map((owner) => {
      const own = tables.filter((table) => table.owner === owner);
      return {
        owner,
        bytes: sum(own.map(({ size_bytes }) => size_bytes)),
        rows: sum(own.map(({ rows }) => rows)),
      };
    })
    .sort((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0) || (b.rows ?? 0) - (a.rows ?? 0));
}

function Kinds({ tables, whole }: { tables: readonly TableUse[]; whole: number }) {
  const kinds = kindsOf(tables);
  return (
    <div>
      <ul>
        {kinds.map(({ owner, bytes, rows }) => (
          <li
            key={owner}
            className="flex items-center gap-3 border-b border-line py-1.5 last:border-b-0"
          >
            <span className="w-[210px] flex-none truncate max-md:w-auto max-md:flex-1">
              {words.owners[owner] ?? owner}
            </span>
            {bytes !== null && (
              <progress
                aria-hidden="true"
                className="h-1.5 min-w-0 flex-1 accent-(--o-brand) max-md:hidden"
                max={whole || 1}
                value={bytes}
              />
            )}
            <span className="meta w-[120px] flex-none text-right text-fg-3">
              {words.rows(rows)}
            </span>
            {bytes !== null && (
              <span className="w-20 flex-none text-right tabular-nums">{formatBytes(bytes)}</span>
            )}
          </li>
        ))}
      </ul>
      {kinds.some(({ bytes }) => bytes === null) && <Note>{words.unmeasured}</Note>}
    </div>
  );
}

function DueNow({ storage }: { storage: Storage }) {
  return (
    <div>
      <h3 className="font-medium">{words.due}</h3>
      {storage.due.length === 0 && <p className="text-fg-3">{words.nothingDue}</p>}
      <ul>
        {storage.due.map(({ kind, why, count }) => (
          <li key={`${why} ${kind}`}>
            {`${count.toLocaleString('en')} ${words.dueKinds[kind] ?? kind}, ${words.dueWhy[why] ?? why}`}
          </li>
        ))}
      </ul>
    </div>
  );
}
