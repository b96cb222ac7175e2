import { Link } from '@tanstack/react-router';
import { ArrowLeft, BookOpen } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Icon, Mark, Sheet, SkipLink, useRouteFocus } from '@/ui';
import { messages } from '../messages';
import { PAGES } from '../model/library';
import { DocsSearch } from './docs-search';

/** The documentation's own frame: pages on the left, search above, the way back to the app. */
export function DocsLayout({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  useRouteFocus();
  return (
    <div className="flex h-dvh flex-col max-md:bg-surface">
      <SkipLink />
      <header className="flex h-[52px] flex-none items-center gap-3 border-line px-4 max-md:border-b">
        <button
          type="button"
          aria-label={messages.menu}
          onClick={() => setOpen(true)}
          className="hidden size-10 place-items-center max-md:grid"
        >
          <Icon icon={BookOpen} />
        </button>
        <Link
          to="/docs"
          className="flex w-[216px] flex-none items-center gap-2 text-md font-semibold max-md:hidden"
        >
          <Mark />
          {messages.title}
        </Link>
        <DocsSearch />
        <Link
          to="/"
          className="ml-auto flex h-10 flex-none items-center gap-1.5 text-fg-2 hover:text-fg"
        >
          <Icon icon={ArrowLeft} size={14} />
          <span className="max-md:sr-only">{messages.back}</span>
        </Link>
      </header>
      <div className="flex min-h-0 flex-1">
        <nav
          aria-label={messages.menu}
          className="scroll-thin w-[236px] flex-none px-3 py-2 max-md:hidden"
        >
          <PageList />
        </nav>
        <main
          id="main"
          tabIndex={-1}
          className="scroll-thin min-w-0 flex-1 bg-surface md:mr-2 md:mb-2 md:rounded-lg md:border md:border-line md:shadow-sm"
        >
          {children}
        </main>
      </div>
      <Sheet open={open} onOpenChange={setOpen} title={messages.title}>
        <PageList onFollow={() => setOpen(false)} />
      </Sheet>
    </div>
  );
}

const LOOK =
  'flex min-h-8 items-center rounded-md px-2 py-1 text-fg-2 -outline-offset-2 hover:bg-hover hover:text-fg aria-[current=page]:bg-active aria-[current=page]:font-strong aria-[current=page]:text-fg max-md:min-h-10';

function PageList({ onFollow }: { onFollow?: () => void }) {
  const groups = [...new Set(PAGES.map(({ group }) => group))];
  return groups.map((group) => (
    <section key={group} className="mb-3">
      <h2 className="px-2 pb-1 text-2xs font-medium text-fg-3">{group}</h2>
      {PAGES.filter((page) => page.group === group).map(({ slug, title }) => (
        <Link
          key={slug}
          to="/docs/$page"
          params={{ page: slug }}
          onClick={onFollow}
          className={LOOK}
        >
          {title}
        </Link>
      ))}
      {group === messages.groups.reference && (
        <Link to="/docs/api" onClick={onFollow} className={LOOK}>
          {messages.api.title}
        </Link>
      )}
    </section>
  ));
}
