import { Link } from '@tanstack/react-router';
import { Link as LinkIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon, Markdown } from '@/ui';
import { messages } from '../messages';
import { slugOf } from '../model/library';
import { bodyOf, idOf } from '../model/markdown';

/** A page's Markdown, with headings that can be linked to and links that stay in the app. */
export function Article({ text }: { text: string }) {
  return (
    <div className="text-md">
      <Markdown text={bodyOf(text)} components={COMPONENTS} />
    </div>
  );
}

const COMPONENTS = {
  h2: ({ children }: { children?: ReactNode }) => (
    <LinkedHeading level={2}>{children}</LinkedHeading>
  ),
  h3: ({ children }: { children?: ReactNode }) => (
    <LinkedHeading level={3}>{children}</LinkedHeading>
  ),
  a: ({ href = '', children }: { href?: string; children?: ReactNode }) => (
    <DocLink href={href}>{children}</DocLink>
  ),
};

function LinkedHeading({ level, children }: { level: 2 | 3; children: ReactNode }) {
  const text = plainOf(children);
  const id = idOf(text);
  const Tag = level === 2 ? 'h2' : 'h3';
  return (
    <Tag
      id={id}
      tabIndex={-1}
      className={`group flex scroll-mt-4 items-center gap-1.5 outline-none ${level === 2 ? 'pt-5 text-lg! font-strong!' : 'pt-2 font-semibold'}`}
    >
      {children}
      <a
        href={`#${id}`}
        aria-label={messages.linkTo(text)}
        className="text-fg-3 opacity-0 group-hover:opacity-100 focus-visible:opacity-100"
      >
        <Icon icon={LinkIcon} size={14} />
      </a>
    </Tag>
  );
}

function DocLink({ href, children }: { href: string; children: ReactNode }) {
  const local = /^(?!\w+:)([^#]*\.md)?(?:#(.*))?$/.exec(href);
  if (local?.[1]) {
    return (
      <Link to="/docs/$page" params={{ page: slugOf(local[1]) }} hash={local[2]} className="link">
        {children}
      </Link>
    );
  }
  if (href.startsWith('#') || href.startsWith('/')) {
    return (
      <a href={href} className="link">
        {children}
      </a>
    );
  }
  return (
    <a href={href} target="_blank" rel="noreferrer noopener nofollow" className="link">
      {children}
    </a>
  );
}

function plainOf(node: ReactNode): string {
  if (typeof node === 'string' || typeof node === 'number') return String(node);
  if (Array.isArray(node)) return node.map(plainOf).join('');
  if (node && typeof node === 'object' && 'props' in node)
    return plainOf((node.props as { children?: ReactNode }).children);
  return '';
}
