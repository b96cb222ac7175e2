const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/g;
/** One line shows no more than this; the rest is behind the card's toggle. */
const LONGEST = 240;

/** A value on one line, in the colours of the JSON viewer. */
export function InlineJson({ value }: { value: unknown }) {
  const text = oneLine(value).slice(0, LONGEST);
  const parts: React.ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    parts.push(text.slice(end, match.index));
    parts.push(
      <span key={match.index} style={{ color: colourOf(match[0], match[2] !== undefined) }}>
        {match[1] ?? match[0]}
      </span>,
      match[2],
    );
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return <span className="block truncate font-mono text-xs leading-[19px]">{parts}</span>;
}

function oneLine(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, LONGEST));
  const text = JSON.stringify(value) ?? '';
  return text.length > 2 * LONGEST ? text : JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ');
}

function colourOf(token: string, isKey: boolean): string {
  if (isKey) return 'var(--o-syn-key)';
  if (token.startsWith('"')) return 'var(--o-syn-string)';
  return /^[tfn]/.test(token) ? 'var(--o-syn-bool)' : 'var(--o-syn-number)';
}
