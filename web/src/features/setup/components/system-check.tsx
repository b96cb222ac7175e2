import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { formatLatency, type Status, StatusIcon } from '@/ui';
import { healthQuery } from '../api';
import { messages } from '../messages';

const words = messages.check;

/** What the server can say of itself before anybody has signed in. */
export function SystemCheck() {
  const { data, isPending, isError } = useQuery(healthQuery);
  const server: Status = isPending ? 'running' : isError ? 'failed' : 'ok';
  return (
    <ul aria-label={words.title} className="mt-6 border-t border-line">
      <Row status={server} note={data && formatLatency(data.latencyMs)}>
        {isError ? words.failed : words.server}
      </Row>
      {data && (
        <Row status={data.status === 'ok' ? 'ok' : 'warn'}>
          {data.status === 'ok' ? words.database : words.degraded}
        </Row>
      )}
      <Row status="queued">{words.provider}</Row>
    </ul>
  );
}

type RowProps = { status: Status; note?: string; children: ReactNode };

function Row({ status, note, children }: RowProps) {
  return (
    <li className="flex h-[38px] items-center gap-2.5 border-b border-line">
      <StatusIcon status={status} />
      <span className={status === 'queued' ? 'text-fg-3' : 'text-fg-2'}>{children}</span>
      <span className="meta ml-auto text-fg-3">{note}</span>
    </li>
  );
}
