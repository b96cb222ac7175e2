import type { ReactNode } from 'react';
import { ErrorState } from '../states/error-state';
import type { DataTableProps } from './types';

/** What TanStack Query's `useInfiniteQuery` gives for pages of the server. */
type Paged<Row> = {
  data: { pages: { data: Row[]; pagination: { total?: number } }[] } | undefined;
  error: Error | null;
  isPending: boolean;
  isFetching: boolean;
  isPlaceholderData: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
};

type Share<Row> = Required<
  Pick<DataTableProps<Row>, 'loading' | 'stale' | 'hasMore' | 'loadingMore' | 'onLoadMore'>
> & { rows: Row[]; total: number | undefined };

type PagedListProps<Row> = {
  list: Paged<Row>;
  /** What could not be loaded. */
  failed: string;
  /** Draws the table with its share of the list. */
  children: (share: Share<Row>) => ReactNode;
};

/** A list that comes page by page; a failure stands above what was loaded before it. */
export function PagedList<Row>({ list, failed, children }: PagedListProps<Row>) {
  return (
    <>
      {list.error && (
        <div className="mb-3">
          <ErrorState
            title={failed}
            error={list.error}
            onRetry={() => void list.refetch()}
            retrying={list.isFetching}
          />
        </div>
      )}
      {(list.data || !list.error) &&
        children({
          rows: list.data?.pages.flatMap((page) => page.data) ?? [],
          loading: list.isPending,
          stale: list.isPlaceholderData,
          total: list.data?.pages[0]?.pagination.total,
          hasMore: list.hasNextPage,
          loadingMore: list.isFetchingNextPage,
          onLoadMore: () => void list.fetchNextPage(),
        })}
    </>
  );
}
