import type { Message, Page } from '@/api';

/** The shown branch of a conversation, from `older` (more by cursor) to its head. */
export type Thread = { messages: Message[]; olderCursor: string | null };

/** Takes in the newest page and keeps the older ones that were loaded and still lead up to it. */
export function withNewest(known: Thread | undefined, page: Page<Message>): Thread {
  const first = page.data[0];
  const join = first ? (known?.messages.findIndex(({ id }) => id === first.id) ?? -1) : -1;
  if (!known || join <= 0) return { messages: page.data, olderCursor: page.pagination.next_cursor };
  return {
    messages: [...known.messages.slice(0, join), ...page.data],
    olderCursor: known.olderCursor,
  };
}

export function withOlder(known: Thread, page: Page<Message>): Thread {
  return {
    messages: [...page.data, ...known.messages],
    olderCursor: page.pagination.next_cursor,
  };
}

const TITLE_CHARS = 60;

/** The first line of what is asked, cut at a word. */
export function titleOf(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  if (line.length <= TITLE_CHARS) return line;
  const cut = line.slice(0, TITLE_CHARS);
  const word = cut.lastIndexOf(' ');
  return `${word > 0 ? cut.slice(0, word) : cut}…`;
}
