import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { EmptyState, WindowTitle } from '@/ui';
import { Article } from '../components/article';
import { DocTitle } from '../components/doc-title';
import { messages } from '../messages';
import { type DocPage as Doc, PAGES, pageBySlug } from '../model/library';

export function DocPage({ slug }: { slug: string }) {
  const page = pageBySlug(slug);
  useTargetFocus(slug);
  if (!page) {
    return (
      <EmptyState
        title={messages.notFound}
        action={
          <Link to="/docs" className="link">
            {messages.toStart}
          </Link>
        }
      />
    );
  }
  return (
    <div className="mx-auto flex max-w-[1040px] gap-10 px-8 pt-[26px] pb-10 max-md:px-4 max-md:pt-[18px]">
      <WindowTitle page={page.title} />
      <article className="min-w-0 max-w-[72ch] flex-1">
        <DocTitle>{page.title}</DocTitle>
        <Article key={slug} text={page.text} />
        <Neighbours page={page} />
      </article>
      <Contents page={page} />
    </div>
  );
}

/** Whoever follows a link to a section, from the search or the contents, goes on reading there. */
function useTargetFocus(slug: string): void {
  const hash = useLocation({ select: (location) => location.hash });
  const target = `${slug}#${hash}`;
  const shown = useRef(target);
  useEffect(() => {
    if (shown.current === target) return;
    shown.current = target;
    const section = hash ? document.getElementById(hash) : document.querySelector('h1');
    section?.focus();
  }, [target, hash]);
}

function Contents({ page }: { page: Doc }) {
  if (page.headings.length < 2) return null;
  return (
    <nav
      aria-label={messages.onThisPage}
      className="sticky top-7 w-[200px] flex-none self-start max-lg:hidden"
    >
      <h2 className="pb-1 text-2xs font-medium text-fg-3">{messages.onThisPage}</h2>
      <ul>
        {page.headings.map(({ id, text, level }) => (
          <li key={id} className={level === 3 ? 'pl-3' : ''}>
            <a href={`#${id}`} className="block py-0.5 text-sm text-fg-2 hover:text-fg">
              {text}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Neighbours({ page }: { page: Doc }) {
  const at = PAGES.indexOf(page);
  return (
    <nav className="mt-10 flex justify-between gap-4 border-t border-line pt-4">
      <Neighbour page={PAGES[at - 1]} label={messages.previous} />
      <Neighbour page={PAGES[at + 1]} label={messages.next} end />
    </nav>
  );
}

function Neighbour({ page, label, end }: { page: Doc | undefined; label: string; end?: boolean }) {
  if (!page) return <span />;
  return (
    <Link
      to="/docs/$page"
      params={{ page: page.slug }}
      className={`block rounded-md p-2 hover:bg-hover ${end ? 'text-right' : ''}`}
    >
      <span className="meta block text-fg-3">{label}</span>
      <span className="link">{page.title}</span>
    </Link>
  );
}
