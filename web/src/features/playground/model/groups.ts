import type { Conversation } from '@/api';

export type ThreadGroup = { name: 'today' | 'week' | 'older'; threads: Conversation[] };

/** Threads by their last activity in local time: today, the six days before it, the rest. */
export function groupThreads(threads: Conversation[], now: Date): ThreadGroup[] {
  const groups: ThreadGroup[] = [
    { name: 'today', threads: [] },
    { name: 'week', threads: [] },
    { name: 'older', threads: [] },
  ];
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const week = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 7).getTime();
  for (const thread of threads) {
    const time = Date.parse(thread.updated_at);
    const index = time >= today ? 0 : time >= week ? 1 : 2;
    groups[index]?.threads.push(thread);
  }
  return groups.filter((group) => group.threads.length > 0);
}
