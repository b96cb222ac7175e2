import type { ComponentProps, ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { CodeBlock } from '../code-block/code-block';

const PLUGINS = [remarkGfm];

const PROSE =
  'min-w-0 break-words [&>*+*]:mt-3 [&_h1]:text-lg [&_h1]:font-semibold [&_h2]:heading [&_h3]:font-semibold [&_h4]:font-semibold [&_ul]:list-disc [&_ul]:pl-5 [&_ol]:list-decimal [&_ol]:pl-5 [&_li+li]:mt-1 [&_li::marker]:text-fg-3 [&_blockquote]:border-l-2 [&_blockquote]:border-line-strong [&_blockquote]:pl-3 [&_blockquote]:text-fg-2 [&_hr]:border-line [&_strong]:font-semibold';

/** Loaded with the first message: the parser is the heaviest part of a chat. */
export default function Rendered({ text, components }: { text: string; components?: Components }) {
  return (
    <div className={PROSE}>
      <ReactMarkdown
        remarkPlugins={PLUGINS}
        components={components ? { ...COMPONENTS, ...components } : COMPONENTS}
      >
        {text}
      </ReactMarkdown>
    </div>
  );
}

const COMPONENTS: Components = {
  a: ({ href, children }) => <ExternalLink href={href}>{children}</ExternalLink>,
  // The page loads nothing from elsewhere, and a model must not make the browser do so.
  img: ({ src, alt }) => (
    <ExternalLink href={typeof src === 'string' ? src : undefined}>{alt || src}</ExternalLink>
  ),
  pre: ({ node }) => {
    const code = node?.children[0];
    if (code?.type !== 'element') return null;
    return <CodeBlock code={textOf(code)} language={languageOf(code.properties.className)} />;
  },
  code: ({ children }) => (
    <code className="mono rounded-xs bg-sunken px-1 py-px ring-1 ring-inset ring-line">
      {children}
    </code>
  ),
  table: ({ children }) => (
    <div className="scroll-thin">
      <table className="border-collapse text-sm">{children}</table>
    </div>
  ),
  th: ({ children, style }) => (
    <th
      style={style}
      className="meta border-b border-line-strong px-3 py-1.5 text-left text-fg-3 first:pl-0"
    >
      {children}
    </th>
  ),
  td: ({ children, style }) => (
    <td style={style} className="border-b border-line px-3 py-1.5 align-top first:pl-0">
      {children}
    </td>
  ),
};

function ExternalLink({ href, children }: ComponentProps<'a'> & { children?: ReactNode }) {
  return (
    <a href={href} target="_blank" rel="noreferrer noopener nofollow" className="link">
      {children}
    </a>
  );
}

type HastNode = { type: string; value?: string; children?: HastNode[] };

function textOf(node: HastNode): string {
  return node.value ?? node.children?.map(textOf).join('') ?? '';
}

function languageOf(classes: unknown): string | undefined {
  if (!Array.isArray(classes)) return undefined;
  const found = classes.map(String).find((name) => name.startsWith('language-'));
  return found?.slice('language-'.length);
}
