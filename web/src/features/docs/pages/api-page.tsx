import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { ErrorState, Input, Skeleton, WindowTitle } from '@/ui';
import { openApiQuery } from '../api';
import { CallCard } from '../components/call-card';
import { DocTitle } from '../components/doc-title';
import { messages } from '../messages';
import { callsByTag } from '../model/openapi';

const words = messages.api;

export function ApiPage() {
  const { data, error, refetch, isFetching } = useQuery(openApiQuery);
  const [typed, setTyped] = useState('');
  const query = useDeferredValue(typed.trim());
  const groups = data ? callsByTag(data, query) : [];
  return (
    <div className="mx-auto max-w-[920px] px-8 pt-[26px] pb-10 max-md:px-4 max-md:pt-[18px]">
      <WindowTitle page={words.title} />
      <DocTitle>{words.title}</DocTitle>
      <p className="pb-4 text-fg-2">{words.intro}</p>
      {error && (
        <ErrorState title={words.failed} error={error} onRetry={refetch} retrying={isFetching} />
      )}
      {!data && !error && (
        <div className="flex flex-col gap-2" role="status" aria-label={words.loading}>
          {[1, 2, 3, 4, 5, 6].map((row) => (
            <Skeleton key={row} className="h-9" />
          ))}
        </div>
      )}
      {data && (
        <>
          <Input
            type="search"
            icon={Search}
            aria-label={words.filter}
            placeholder={words.filter}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          {groups.length === 0 && (
            <p role="status" className="pt-4 text-fg-3">
              {words.none(query)}
            </p>
          )}
          {groups.map(([tag, calls]) => (
            <section key={tag} className="pt-6">
              <h2 className="heading pb-2" id={tag.toLowerCase().replace(/\W+/g, '-')}>
                {tag}
              </h2>
              <ul className="rounded-lg border border-line">
                {calls.map((call) => (
                  <li
                    key={call.operation.operationId}
                    className="border-b border-line last:border-b-0"
                  >
                    <CallCard call={call} document={data} />
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </>
      )}
    </div>
  );
}
