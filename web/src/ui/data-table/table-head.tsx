import { ArrowDown, ArrowUp } from 'lucide-react';
import { cx } from '../cx';
import { Icon } from '../icon/icon';
import type { Column, DataTableProps, Sort } from './types';

export const CELL = 'px-3 first:pl-0.5 last:pr-0.5 whitespace-nowrap overflow-hidden text-ellipsis';

export function columnClass<T>(column: Column<T>): string {
  return cx(
    column.width,
    column.align === 'end' ? 'text-right' : 'text-left',
    column.lowValue && 'max-lg:hidden',
  );
}

export function TableHead<T>({ columns, sort, onSort, rowActions }: DataTableProps<T>) {
  return (
    <thead className="sticky top-0 z-(--o-z-sticky) bg-surface">
      <tr className="h-8 border-b border-line">
        {columns.map((column) => (
          <th
            key={column.id}
            scope="col"
            aria-sort={sortState(column, sort)}
            className={cx('meta text-fg-3', CELL, columnClass(column))}
          >
            <HeadLabel column={column} sort={sort} onSort={onSort} />
          </th>
        ))}
        {rowActions && <td className="w-11" />}
      </tr>
    </thead>
  );
}

function sortState<T>(column: Column<T>, sort?: Sort) {
  if (!column.sortKey) return undefined;
  if (sort?.key !== column.sortKey) return 'none';
  return sort.descending ? 'descending' : 'ascending';
}

type HeadLabelProps<T> = { column: Column<T>; sort?: Sort; onSort?: (sort: Sort) => void };

function HeadLabel<T>({ column, sort, onSort }: HeadLabelProps<T>) {
  const { sortKey, header } = column;
  if (!sortKey || !onSort) return header;
  const active = sort?.key === sortKey;
  const descending = active ? !sort.descending : true;
  return (
    <button
      type="button"
      onClick={() => onSort({ key: sortKey, descending })}
      className="inline-flex min-h-6 items-center gap-1 hover:text-fg"
    >
      {header}
      {active && <Icon icon={sort.descending ? ArrowDown : ArrowUp} size={12} />}
    </button>
  );
}
