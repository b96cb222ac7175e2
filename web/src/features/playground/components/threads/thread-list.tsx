import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Search, SquarePen } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { Button, cx, ErrorState, Input, Segmented, Skeleton } from '@/ui';
import { conversationsQuery, type Whose } from '../../api';
import { messages } from '../../messages';
import { groupThreads } from '../../model/groups';
import { ThreadRow } from './thread-row';

type ThreadListProps = {
  projectId: string;
  currentId: string | null;
  canWrite: boolean;
  /** Null opens a new chat. */
  onOpen: (id: string | null) => void;
  /** A link of the list was followed. */
  onFollow: () => void;
};

export function ThreadList(props: ThreadListProps) {
  const { projectId, currentId, canWrite, onOpen, onFollow } = props;
  const [search, setSearch] = useState('');
  const [whose, setWhose] = useState<Whose>('mine');
  const query = useInfiniteQuery({
    ...conversationsQuery(projectId, useDeferredValue(search.trim()), whose),
    placeholderData: keepPreviousData,
  });
  const threads = query.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <>
      <div className="flex flex-none flex-col gap-2 px-2.5 pt-3 pb-1">
        {canWrite && (
          <Button icon={SquarePen} aria-keyshortcuts="n" onClick={() => onOpen(null)}>
            {messages.newChat}
          </Button>
        )}
        <Input
          size="sm"
          type="search"
          icon={Search}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          aria-label={messages.searchConversations}
          aria-keyshortcuts="/"
          placeholder={messages.searchConversations}
        />
        <Segmented
          label={messages.whose}
          value={whose}
          onValueChange={setWhose}
          options={[
            { value: 'mine', label: messages.mine },
            { value: 'shared', label: messages.sharedWithMe },
          ]}
        />
      </div>
      <nav
        aria-label={messages.threads}
        className={cx('scroll-thin flex-1 px-2.5 pb-3', query.isPlaceholderData && 'opacity-60')}
      >
        {query.isPending && <Loading />}
        {query.isError && (
          <div className="pt-2">
            <ErrorState
              title={messages.conversationsFailed}
              error={query.error}
              onRetry={() => void query.refetch()}
            />
          </div>
        )}
        {groupThreads(threads, new Date()).map((group) => (
          <section key={group.name} aria-label={messages.groups[group.name]}>
            <h2 className="px-2 pt-3 pb-1 text-2xs font-medium text-fg-3">
              {messages.groups[group.name]}
            </h2>
            <ul>
              {group.threads.map((thread) => (
                <ThreadRow
                  key={thread.id}
                  thread={thread}
                  projectId={projectId}
                  current={thread.id === currentId}
                  canWrite={canWrite && whose === 'mine'}
                  onFollow={onFollow}
                  onDeleted={() => thread.id === currentId && onOpen(null)}
                  onRestored={() => onOpen(thread.id)}
                />
              ))}
            </ul>
          </section>
        ))}
        {query.isSuccess && threads.length === 0 && (
          <NoThreads whose={whose} filtered={search !== ''} onClear={() => setSearch('')} />
        )}
        {query.hasNextPage && (
          <Button
            size="sm"
            variant="ghost"
            className="mt-1 w-full"
            busy={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {messages.showMore}
          </Button>
        )}
      </nav>
    </>
  );
}

type NoThreadsProps = { whose: Whose; filtered: boolean; onClear: () => void };

function NoThreads({ whose, filtered, onClear }: NoThreadsProps) {
  const none = whose === 'shared' ? messages.noShared : messages.noConversations;
  return (
    <p className="px-2 pt-3 text-fg-3">
      {filtered ? messages.noMatches : none}
      {filtered && (
        <button type="button" className="link mt-1 block" onClick={onClear}>
          {messages.clearSearch}
        </button>
      )}
    </p>
  );
}

function Loading() {
  return (
    <div className="flex flex-col gap-3 px-2 pt-4">
      {[120, 148, 96, 132].map((width) => (
        <div key={width} style={{ width }}>
          <Skeleton className="h-4 w-full" />
        </div>
      ))}
    </div>
  );
}
