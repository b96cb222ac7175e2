import { Check, Copy, WrapText } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from '../button/button';
import { cx } from '../cx';
import { IconButton } from '../icon-button/icon-button';
import { messages } from '../messages';
import { useCopy } from '../use-copy';
import { useHighlight } from './use-highlight';

export type CodeBlockProps = {
  code: string;
  language?: string;
  /** Lines shown before “Show all”. */
  maxLines?: number;
};

export function CodeBlock({ code, language, maxLines = 24 }: CodeBlockProps) {
  const [wrap, setWrap] = useState(false);
  const [open, setOpen] = useState(false);
  const { copied, copy } = useCopy(code);
  const lines = useHighlight(code, language);
  const folded = !open && lines.length > maxLines;
  return (
    <figure className="overflow-hidden rounded-md bg-sunken ring-1 ring-inset ring-line">
      <figcaption className="flex h-8 items-center gap-1 border-b border-line pr-1 pl-3">
        <span className="meta text-fg-3">{language}</span>
        <IconButton
          size="sm"
          icon={WrapText}
          label={wrap ? messages.nowrap : messages.wrap}
          pressed={wrap}
          onClick={() => setWrap(!wrap)}
          className="ml-auto"
        />
        <IconButton
          size="sm"
          icon={copied ? Check : Copy}
          label={copied ? messages.copied : messages.copy}
          onClick={copy}
        />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre tabIndex={0} className={cx(PRE, wrap && 'whitespace-pre-wrap break-words')}>
        <code>{joined(folded ? lines.slice(0, maxLines) : lines)}</code>
      </pre>
      {(folded || open) && (
        <div className="border-t border-line p-1">
          <Button variant="ghost" size="sm" onClick={() => setOpen(!open)}>
            {folded ? messages.showAll(lines.length) : messages.showLess}
          </Button>
        </div>
      )}
    </figure>
  );
}

const PRE =
  'scroll-thin px-3 py-2.5 font-mono text-xs leading-[19px] tracking-[-0.01em] -outline-offset-2 [tab-size:2]';

function joined(lines: ReactNode[]): ReactNode[] {
  return lines.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a line of code has no identity but its number
    <span key={index}>
      {line}
      {index < lines.length - 1 && '\n'}
    </span>
  ));
}
