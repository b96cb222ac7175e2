import { messages } from '../messages';
import { formatAbsoluteTime, formatCost, formatLatency, formatTime, formatTokens } from './format';
import { useMinute } from './minute';

/** Relative in the text, absolute with its zone on hover. */
export function Time({ at, absolute = false }: { at: string; absolute?: boolean }) {
  useMinute();
  const full = formatAbsoluteTime(at);
  return (
    <time dateTime={at} title={full} className="whitespace-nowrap">
      {absolute ? full : formatTime(at)}
    </time>
  );
}

/** `local` for a model that runs here and costs nothing. */
export function Cost({ usdMicros, local = false }: { usdMicros: number | null; local?: boolean }) {
  if (usdMicros === null) return <span aria-hidden="true">–</span>;
  return (
    <span className="whitespace-nowrap">{local ? messages.local : formatCost(usdMicros)}</span>
  );
}

export function Latency({ ms }: { ms: number | null }) {
  if (ms === null) return <span aria-hidden="true">–</span>;
  return <span className="whitespace-nowrap">{formatLatency(ms)}</span>;
}

export function Tokens({ count }: { count: number | null }) {
  if (count === null) return <span aria-hidden="true">–</span>;
  return <span className="whitespace-nowrap">{formatTokens(count)}</span>;
}
