import { Link, type LinkProps } from '@tanstack/react-router';
import { createContext, type ReactNode, useContext } from 'react';
import { createPortal } from 'react-dom';
import { cx } from '../cx';
import { WindowTitle } from './window-title';

export type Crumb = { label: string; link: LinkProps };

/** Places in the shell's top bar that a page fills. */
export type PageSlots = { crumbs: HTMLElement | null; actions: HTMLElement | null };

export const PageSlotsContext = createContext<PageSlots>({ crumbs: null, actions: null });

export type PageProps = {
  title: string;
  /** Between the project and this page; the page itself comes last by its title. */
  crumbs?: readonly Crumb[];
  /** One line under the title. */
  summary?: ReactNode;
  /** Right of the title. */
  actions?: ReactNode;
  /** Right of a detail title: badges. */
  status?: ReactNode;
  /** Left of a detail title: a tile. */
  leading?: ReactNode;
  /** In the top bar, left of the shell's own controls. */
  topActions?: ReactNode;
  /** `list` 32px title, `detail` 24px, `hidden` for a reader only. */
  heading?: 'list' | 'detail' | 'hidden';
  /** Content brings its own padding and scrolling (split views, detail pages). */
  flush?: boolean;
  children: ReactNode;
};

/** The inside of the page sheet: breadcrumb, `h1`, actions, content. One for each route. */
export function Page(props: PageProps) {
  const { heading = 'list', flush = false, children } = props;
  return (
    <>
      <WindowTitle page={props.title} />
      <TopBarParts {...props} />
      {flush ? (
        <div className="flex min-h-0 flex-1 flex-col">
          <PageHeading
            {...props}
            className={heading === 'hidden' ? '' : 'flex-none px-8 pt-4 pb-3 max-md:px-4'}
          />
          {children}
        </div>
      ) : (
        <div className="scroll-thin flex-1 px-8 pt-[26px] pb-10 max-md:px-4 max-md:pt-[18px] max-md:pb-7">
          <PageHeading {...props} className="mb-5" />
          {children}
        </div>
      )}
    </>
  );
}

/** The heading alone, for pages that place it themselves (settings). */
export function PageHeading(props: Omit<PageProps, 'children'> & { className?: string }) {
  const { title, summary, actions, status, leading, heading = 'list', className } = props;
  if (heading === 'hidden') {
    return (
      <h1 tabIndex={-1} className="sr-only">
        {title}
      </h1>
    );
  }
  const detail = heading === 'detail';
  return (
    <header
      className={cx(
        'flex gap-4 max-md:flex-wrap max-md:gap-3',
        detail ? 'items-center' : 'items-end',
        className,
      )}
    >
      {leading}
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1
            tabIndex={-1}
            className={cx(
              'display min-w-0 break-words',
              detail ? 'text-display-sm' : 'text-display-md max-md:text-[1.75rem] max-md:leading-8',
            )}
          >
            {title}
          </h1>
          {status}
        </div>
        {summary && <div className={cx('text-fg-3', detail ? 'mt-0.5' : 'mt-1')}>{summary}</div>}
      </div>
      {actions && (
        <div className="ml-auto flex flex-none items-center gap-2 max-md:ml-0 max-md:w-full max-md:flex-wrap max-md:[&>*]:flex-1">
          {actions}
        </div>
      )}
    </header>
  );
}

function TopBarParts({ title, crumbs = [], topActions }: PageProps) {
  const slots = useContext(PageSlotsContext);
  return (
    <>
      {slots.crumbs &&
        createPortal(
          <Crumbs crumbs={crumbs} title={title} tight={Boolean(topActions)} />,
          slots.crumbs,
        )}
      {slots.actions && topActions && createPortal(topActions, slots.actions)}
    </>
  );
}

type CrumbsProps = { crumbs: readonly Crumb[]; title: string; tight: boolean };

/** `tight`: the page has actions of its own up there, which leave a phone room for its title only. */
function Crumbs({ crumbs, title, tight }: CrumbsProps) {
  return (
    <>
      {crumbs.map((crumb, index) => (
        <li
          key={crumb.label}
          className={cx('flex flex-none items-center gap-1.5', tight && 'max-md:hidden')}
        >
          <Separator first={index === 0} />
          <Link {...crumb.link} className="hover:text-fg">
            {crumb.label}
          </Link>
        </li>
      ))}
      <li className="flex min-w-0 items-center gap-1.5">
        <Separator first={tight || crumbs.length === 0} />
        <span aria-current="page" className="truncate font-medium text-fg">
          {title}
        </span>
      </li>
    </>
  );
}

/** The project stands before the first crumb, but not on a phone. */
function Separator({ first }: { first: boolean }) {
  return (
    <span aria-hidden="true" className={cx('text-fg-4', first && 'max-md:hidden')}>
      /
    </span>
  );
}
