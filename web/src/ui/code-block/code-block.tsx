import { Check, Copy, WrapText } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Button } from '../button/button';
import { cx } from '../cx';
import { IconButton } from '../icon-button/icon-button';
import { messages } from '../messages';
import { useCopy } from '../use-copy';

const Coloured = lazy(() => import('./coloured'));

/** Beyond this, colour costs more than it tells. */
const COLOUR_LIMIT = 20_000;

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
  const lines = code.replace(/\n$/, '').split('\n');
  const long = lines.length > maxLines;
  const shown = long && !open ? lines.slice(0, maxLines).join('\n') : lines.join('\n');
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
        <code>
          <Code code={shown} language={language} />
        </code>
      </pre>
      {long && (
        <div className="border-t border-line p-1">
          <Button variant="ghost" size="sm" onClick={() => setOpen(!open)}>
            {open ? messages.showLess : messages.showAll(lines.length)}
          </Button>
        </div>
      )}
    </figure>
  );
}

const PRE =
  'scroll-thin px-3 py-2.5 font-mono text-xs leading-[19px] tracking-[-0.01em] -outline-offset-2 [tab-size:2]';

function Code({ code, language }: { code: string; language?: string }) {
  if (!language || code.length > COLOUR_LIMIT) return code;
  return (
    <Suspense fallback={code}>
      <Coloured code={code} language={language} />
    </Suspense>
  );
}
