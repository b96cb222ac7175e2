import type { ChatItem } from './view';

/** Where a message stands among the branches that begin with it; null when there is only one. */
export function branchOf(item: ChatItem): {
  index: number;
  count: number;
  previous: string | null;
  next: string | null;
} | null {
  const index = item.messageId === null ? -1 : item.siblingIds.indexOf(item.messageId);
  const count = item.siblingIds.length;
  if (index < 0 || count < 2) return null;
  return {
    index,
    count,
    previous: item.siblingIds[index - 1] ?? null,
    next: item.siblingIds[index + 1] ?? null,
  };
}
