import { Button } from '../button/button';
import { cx } from '../cx';
import { messages } from '../messages';
import { NARROW, useMediaQuery } from '../use-media-query';
import { TableHead } from './table-head';
import { NarrowRow, NarrowSkeleton, TableRow, TableSkeleton } from './table-rows';
import type { DataTableProps } from './types';
import { useRovingRows } from './use-roving-rows';

/** Up, down, j, k, Home and End move between rows; Enter opens. Each row is one link. */
export function DataTable<T>(props: DataTableProps<T>) {
  const narrow = useMediaQuery(NARROW);
  if (!props.loading && props.rows.length === 0) return props.empty ?? null;
  return (
    <div className={cx(props.stale && 'opacity-60', 'transition-opacity duration-(--o-dur-2)')}>
      {narrow ? <NarrowList {...props} /> : <WideTable {...props} />}
      <More {...props} />
    </div>
  );
}

function WideTable<T>(props: DataTableProps<T>) {
  const roving = useRovingRows(props.rows.length);
  const { columns, rows, rowId, loading } = props;
  return (
    <table
      aria-label={props.label}
      aria-rowcount={props.total === undefined ? undefined : props.total + 1}
      aria-busy={loading || props.stale || undefined}
      className="w-full table-fixed border-collapse"
      {...roving.container}
    >
      <TableHead {...props} />
      <tbody>
        {loading ? (
          <TableSkeleton columns={columns} actions={Boolean(props.rowActions)} />
        ) : (
          rows.map((row, index) => (
            <TableRow
              key={rowId(row)}
              row={row}
              columns={columns}
              link={props.rowLink(row)}
              actions={props.rowActions?.(row)}
              selected={props.selectedId === rowId(row)}
              linkProps={roving.row(index)}
            />
          ))
        )}
      </tbody>
    </table>
  );
}

function NarrowList<T>(props: DataTableProps<T>) {
  const roving = useRovingRows(props.rows.length);
  const primary = props.columns.find((column) => column.primary) ?? props.columns[0];
  if (!primary) return null;
  if (props.loading) return <NarrowSkeleton />;
  return (
    <ul aria-label={props.label} className="border-t border-line" {...roving.container}>
      {props.rows.map((row, index) => (
        <NarrowRow
          key={props.rowId(row)}
          title={primary.cell(row)}
          link={props.rowLink(row)}
          actions={props.rowActions?.(row)}
          linkProps={roving.row(index)}
          {...props.narrow(row)}
        />
      ))}
    </ul>
  );
}

function More<T>({ rows, total, hasMore, loadingMore, onLoadMore, loading }: DataTableProps<T>) {
  if (loading || total === undefined) return null;
  return (
    <div className="flex items-center gap-3 py-3">
      <span className="meta text-fg-3">{messages.of(rows.length, total)}</span>
      {hasMore && (
        <Button size="sm" busy={loadingMore} onClick={onLoadMore}>
          {messages.loadMore}
        </Button>
      )}
    </div>
  );
}
