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
