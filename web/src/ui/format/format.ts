import { messages } from '../messages';

const MINUTE = 60_000;

/** Under $1 with 4 decimals, above with 2; zero is `$0`. */
export function formatCost(usdMicros: number): string {
  if (usdMicros === 0) return '$0';
  const dollars = usdMicros / 1_000_000;
  if (Math.abs(usdMicros) < 999_950) return `$${dollars.toFixed(4)}`;
  return `$${dollars.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** `184 ms`, `6.2 s`, `2m 07s`, `1h 04m`. */
export function formatLatency(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  // 59.95 s rounds to 60.0 s, which the next unit says better.
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${pad(seconds % 60)}s`;
  return `${Math.floor(seconds / 3_600)}h ${pad(Math.floor((seconds % 3_600) / 60))}m`;
}

/** `3,104`, from a million `61.4 M`. */
export function formatTokens(count: number): string {
  if (count < 1_000_000) return count.toLocaleString('en');
  return `${(count / 1_000_000).toFixed(1)} M`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** `09:42`, 24 h, local. */
export function formatClock(date: Date): string {
  return `${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

function formatDay(date: Date, now: Date): string {
  const year = date.getFullYear() === now.getFullYear() ? undefined : 'numeric';
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year });
}

function isSameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}

/** `just now`, `6 min ago`, `09:42` today, `Yesterday`, `21 Nov`, `21 Nov 2025`; what is to come by its clock or day. */
export function formatTime(iso: string, now = new Date()): string {
  const date = new Date(iso);
  const age = now.getTime() - date.getTime();
  if (age < -MINUTE) return isSameDay(date, now) ? formatClock(date) : formatDay(date, now);
  if (age < MINUTE) return messages.time.justNow;
  if (age < 60 * MINUTE) return messages.time.minutesAgo(Math.floor(age / MINUTE));
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  if (date >= midnight) return formatClock(date);
  const yesterday = new Date(midnight.getFullYear(), midnight.getMonth(), midnight.getDate() - 1);
  if (date >= yesterday) return messages.time.yesterday;
  return formatDay(date, now);
}

/** The whole local time with its zone, for the hover text. */
export function formatAbsoluteTime(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  });
}
