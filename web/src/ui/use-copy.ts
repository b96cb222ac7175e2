import { useState } from 'react';
import { announce } from './announcer';
import { messages } from './messages';

/** Copies `text` on demand, says “Copied” to a reader and reports it for 2 s. */
export function useCopy(text: string): { copied: boolean; copy: () => void } {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(true);
      announce(messages.copied);
      setTimeout(() => setCopied(false), 2_000);
    });
  };
  return { copied, copy };
}
