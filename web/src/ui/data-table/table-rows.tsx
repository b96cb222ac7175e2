import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { cx } from '../cx';
import { messages } from '../messages';
import { Skeleton } from '../skeleton/skeleton';
import { CELL, columnClass } from './table-head';
import type { Column } from './types';
import type { RovingLinkProps } from './use-roving-rows';

type TableRowProps<T> = {
  row: T;
  columns: readonly Column<T>[];
  link: LinkProps;
  actions?: ReactNode;
  selected: boolean;
  linkProps: RovingLinkProps;
};

// The link covers its row, so the whole row is one target without a second tab stop.
const STRETCHED =
  'after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-sm focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus';

export function TableRow<T>({
  row,
  columns,
  link,
  actions,
  selected,
  linkProps,
}: TableRowProps<T>) {
  return (
    <tr
      className={cx(
        'group relative h-(--o-row) border-b border-line text-fg-2',
        selected ? 'bg-brand-soft' : 'hover:bg-hover',
      )}
    >
      {columns.map((column) => (
        <td key={column.id} className={cx(CELL, columnClass(column))}>
          {column.primary ? (
            <Link
              {...link}
              {...linkProps}
              aria-current={selected || undefined}
              className={cx('font-medium text-fg', STRETCHED)}
            >
              {column.cell(row)}
            </Link>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
      {actions && <td className="relative z-1 w-11 pr-0.5 text-right">{actions}</td>}
    </tr>
  );
}

const WIDTHS = ['w-4/5', 'w-3/5', 'w-11/12', 'w-2/3', 'w-3/4', 'w-1/2', 'w-5/6', 'w-2/5'];

export function TableSkeleton<T>(props: { columns: readonly Column<T>[]; actions: boolean }) {
  return WIDTHS.map((width, index) => (
    <tr key={width} className="h-(--o-row) border-b border-line">
      {props.columns.map((column) => (
        <td key={column.id} className={cx(CELL, columnClass(column))}>
          {index === 0 && column.primary && <span className="sr-only">{messages.loading}</span>}
          <Skeleton
            className={cx(column.align === 'end' && 'ml-auto', column.primary ? width : 'w-3/5')}
          />
        </td>
      ))}
      {props.actions && <td className="w-11" />}
    </tr>
  ));
}

type NarrowRowProps = {
  title: ReactNode;
  meta: ReactNode;
  trailing?: ReactNode;
  link: LinkProps;
  actions?: ReactNode;
  linkProps: RovingLinkProps;
};

export function NarrowRow({ title, meta, trailing, link, actions, linkProps }: NarrowRowProps) {
  return (
    <li className="relative flex min-h-12 items-center gap-3 border-b border-line py-1.5">
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-3">
          <Link
            {...link}
            {...linkProps}
            className={cx('min-w-0 flex-1 truncate font-medium', STRETCHED)}
          >
            {title}
          </Link>
          <span className="meta flex-none text-fg-3">{trailing}</span>
        </div>
        <div className="meta flex items-center gap-2 truncate text-fg-3">{meta}</div>
      </div>
      {actions && <div className="relative z-1">{actions}</div>}
    </li>
  );
}

export function NarrowSkeleton() {
  return (
    <ul aria-busy="true" aria-label={messages.loading} className="border-t border-line">
      {WIDTHS.map((width) => (
        <li key={width} className="flex h-12 flex-col justify-center gap-2 border-b border-line">
          <Skeleton className={width} />
          <Skeleton className="w-1/3" />
        </li>
      ))}
    </ul>
  );
}
