import { useMemo } from 'react';

const SAVE_MS = 300;

export type Draft = { read: () => string; write: (text: string) => void; clear: () => void };

/** What is typed but not sent, kept for each conversation until the tab closes. */
export function useDraft(conversationId: string | null): Draft {
  return useMemo(() => createDraft(`orbiter-draft:${conversationId ?? 'new'}`), [conversationId]);
}

function createDraft(key: string): Draft {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    read: () => attempt(() => sessionStorage.getItem(key)) ?? '',
    write(text) {
      clearTimeout(timer);
      timer = setTimeout(() => save(key, text), SAVE_MS);
    },
    clear() {
      clearTimeout(timer);
      save(key, '');
    },
  };
}

function save(key: string, text: string): void {
  attempt(() => (text === '' ? sessionStorage.removeItem(key) : sessionStorage.setItem(key, text)));
}

/** Storage may be full or forbidden; a draft is then only as old as the page. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
