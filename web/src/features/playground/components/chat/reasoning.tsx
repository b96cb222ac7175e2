import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { Icon, OrbitRing } from '@/ui';
import { messages } from '../../messages';

/** What the model thought before it answered: folded, plain text. */
export function Reasoning({ text, growing }: { text: string; growing: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="text-sm">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="meta -ml-1.5 inline-flex h-6 items-center gap-1.5 rounded-sm px-1.5 text-fg-3 hover:bg-hover hover:text-fg max-md:h-10"
      >
        {growing ? (
          <OrbitRing size={12} className="text-running" />
        ) : (
          <Icon icon={open ? ChevronDown : ChevronRight} size={12} />
        )}
        {growing ? messages.thinking : messages.thought}
      </button>
      {open && (
        <p className="mt-1 border-l-2 border-line-strong pl-3 break-words whitespace-pre-wrap text-fg-3">
          {text}
        </p>
      )}
    </div>
  );
}
