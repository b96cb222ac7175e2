import { formatClock } from '@/ui';
import { messages } from '../messages';
import type { RunSearch } from './run-search';

const { between, since: sinceWords, until: untilWords } = messages.filters;

/** How a span of time from the address is called; null where there is none. */
export function spanName({ since, until }: RunSearch): string | null {
  if (since && until) return bothEnds(new Date(since), new Date(until));
  if (since) return sinceWords(moment(new Date(since)));
  return until ? untilWords(moment(new Date(until))) : null;
}

function bothEnds(from: Date, to: Date): string {
  const last = new Date(to.getTime() - 1);
  if (!isMidnight(from) || !isMidnight(to))
    return between(moment(from), day(from) === day(last) ? formatClock(to) : moment(to));
  return day(from) === day(last) ? day(from) : between(day(from), day(last));
}

function moment(at: Date): string {
  return isMidnight(at) ? day(at) : `${day(at)}, ${formatClock(at)}`;
}

function isMidnight(at: Date): boolean {
  return at.getHours() === 0 && at.getMinutes() === 0;
}

function day(at: Date): string {
  return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
}
