import { Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { useShortcut } from '@/shared/shortcuts';
import { Input, Kbd } from '@/ui';
import { messages } from '../messages';
import { findInDocs } from '../model/find';

/** Finds sections as one types; arrow down goes into the results, Escape clears. */
export function DocsSearch() {
  const [query, setQuery] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const hits = findInDocs(query);
  const open = query.trim() !== '';
  useShortcut('/', () => field.current?.focus());
  const step = (event: KeyboardEvent, by: number) => {
    const links = [...(list.current?.querySelectorAll('a') ?? [])];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    event.preventDefault();
    links[Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') step(event, 1);
    if (event.key === 'ArrowUp') step(event, -1);
    if (event.key === 'Escape') setQuery('');
  };
  return (
    <search className="relative min-w-0 max-w-[420px] flex-1" onKeyDown={onKeyDown}>
      <Input
        ref={field}
        type="search"
        icon={Search}
        aria-keyshortcuts="/"
        trailing={<Kbd keys="/" className="max-md:hidden" />}
        aria-label={messages.search}
        aria-controls={open ? id : undefined}
        placeholder={messages.search}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      {open && (
        <div className="scroll-thin absolute inset-x-0 top-full z-20 mt-1 max-h-[60dvh] rounded-lg border border-line-strong bg-raised p-1 shadow-lg">
          {hits.length === 0 && (
            <p role="status" className="px-2 py-2 text-fg-3">
              {messages.nothing(query)}
            </p>
          )}
          <ul id={id} ref={list} aria-label={messages.results}>
            {hits.map((hit) => (
              <li key={`${hit.slug}#${hit.hash}`}>
                <Link
                  to="/docs/$page"
                  params={{ page: hit.slug }}
                  hash={hit.hash || undefined}
                  onClick={() => setQuery('')}
                  className="block rounded-md px-2 py-1.5 hover:bg-hover focus-visible:bg-hover"
                >
                  <span className="block truncate font-medium">{hit.heading}</span>
                  <span className="meta block truncate text-fg-3">
                    {hit.title === hit.heading ? hit.excerpt : `${hit.title} · ${hit.excerpt}`}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
    </search>
  );
}
