import { useEffect, useRef } from 'react';
import { announce } from '@/ui';
import { messages } from '../messages';
import { nextSentences } from '../model/announcement';
import { partsText } from '../model/content';
import type { ChatItem } from '../model/view';

const ENDED: Partial<Record<ChatItem['status'], string>> = {
  complete: messages.answerComplete,
  interrupted: messages.answerStopped,
  failed: messages.answerFailed,
};

/** Reads the answer under way to a screen reader, sentence by sentence, and says when it has ended. */
export function useAnnounceAnswer(last: ChatItem | undefined): void {
  const told = useRef({ key: '', upTo: 0 });
  useEffect(() => {
    if (last?.role !== 'assistant') return;
    const listening = told.current.key === last.key;
    if (last.status === 'streaming') {
      if (!listening) told.current = { key: last.key, upTo: 0 };
      const next = nextSentences(partsText(last.parts), told.current.upTo);
      if (!next) return;
      told.current.upTo = next.upTo;
      announce(next.words);
    } else if (listening) {
      told.current = { key: '', upTo: 0 };
      announce(ENDED[last.status] ?? messages.answerComplete);
    }
  }, [last]);
}
