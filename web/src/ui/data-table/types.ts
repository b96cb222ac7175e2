import type { LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';

export type Column<T> = {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** Tailwind width, e.g. `w-28`; the primary column leaves it out and takes the rest. */
  width?: string;
  align?: 'start' | 'end';
  /** Holds the row's one link. */
  primary?: boolean;
  /** Left out below 1101px. */
  lowValue?: boolean;
  /** Makes the head a sort button. */
  sortKey?: string;
};

export type Sort = { key: string; descending: boolean };

export type DataTableProps<T> = {
  /** Names the table: “Runs”. */
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowId: (row: T) => string;
  rowLink: (row: T) => LinkProps;
  /** At 390 a row is two lines: the primary cell with `trailing` right, and `meta` below. */
  narrow: (row: T) => { meta: ReactNode; trailing?: ReactNode };
  /** Trailing actions, usually a `Menu`. */
  rowActions?: (row: T) => ReactNode;
  selectedId?: string;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  /** First load: skeleton rows with the real widths. */
  loading?: boolean;
  /** Refetching: the old rows stay, dimmed. */
  stale?: boolean;
  total?: number;
  hasMore?: boolean;
  loadingMore?: boolean;
  onLoadMore?: () => void;
  /** Instead of rows when there are none. */
  empty?: ReactNode;
};
