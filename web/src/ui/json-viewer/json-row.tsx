import { ChevronDown, ChevronRight, Copy, Link2 } from 'lucide-react';
import { useState } from 'react';
import { cx } from '../cx';
import { Icon } from '../icon/icon';
import { messages } from '../messages';
import { useCopy } from '../use-copy';
import { CHUNK, entriesOf, type JsonRow } from './flatten';

const FOLD_AT = 300;

type RowProps = {
  row: JsonRow;
  matched: boolean;
  onToggle: () => void;
  onMore: (shown: number) => void;
};

export function Row({ row, matched, onToggle, onMore }: RowProps) {
  const indent = { paddingLeft: `${row.depth * 14 + 14}px` };
  if (row.part === 'more') {
    const shown = entriesOf(row.value).length - row.size;
    return (
      <div style={indent}>
        <button type="button" className="link" onClick={() => onMore(shown + CHUNK * 4)}>
          {messages.loadMore}, {messages.items(row.size)}
        </button>
      </div>
    );
  }
  const [opening, closing] = row.container === 'array' ? ['[', ']'] : ['{', '}'];
  const comma = row.last ? '' : ',';
  if (row.part === 'close')
    return (
      <div style={indent} className="py-[2.5px]">
        {`${closing}${comma}`}
      </div>
    );
  return (
    <div
      style={indent}
      className={cx(
        'group relative min-h-6 py-[2.5px] break-words',
        matched && 'bg-brand-soft ring-1 ring-brand-line',
      )}
    >
      {row.container && row.size > 0 && <Fold row={row} onToggle={onToggle} />}
      {row.name !== null && (
        <>
          <span className="text-(--o-syn-key)">{JSON.stringify(row.name)}</span>
          {': '}
        </>
      )}
      {row.container ? (
        <span>
          {row.open ? opening : closedText(row, opening, closing)}
          {!row.open && comma}
        </span>
      ) : (
        <>
          <Scalar value={row.value} />
          {comma}
        </>
      )}
      <RowActions row={row} />
    </div>
  );
}

function closedText(row: JsonRow, opening: string, closing: string): string {
  if (row.size === 0) return `${opening}${closing}`;
  return `${opening} ${messages.items(row.size)} ${closing}`;
}

function Fold({ row, onToggle }: { row: JsonRow; onToggle: () => void }) {
  return (
    <button
      type="button"
      aria-expanded={row.open}
      aria-label={`${messages.fold} ${row.path}`}
      onClick={onToggle}
      style={{ left: `${row.depth * 14 - 8}px` }}
      className="absolute top-0 grid size-6 place-items-center text-fg-3 hover:text-fg"
    >
      <Icon icon={row.open ? ChevronDown : ChevronRight} size={12} />
    </button>
  );
}

function Scalar({ value }: { value: unknown }) {
  const [open, setOpen] = useState(false);
  if (typeof value !== 'string') {
    const number = typeof value === 'number';
    return (
      <span className={number ? 'text-(--o-syn-number)' : 'text-(--o-syn-bool)'}>
        {String(value ?? null)}
      </span>
    );
  }
  const folded = !open && value.length > FOLD_AT;
  return (
    <>
      <span className="text-(--o-syn-string) whitespace-pre-wrap">
        {JSON.stringify(folded ? value.slice(0, FOLD_AT) : value)}
      </span>
      {folded && (
        <button type="button" className="link ml-1.5" onClick={() => setOpen(true)}>
          {messages.showString(value.length - FOLD_AT)}
        </button>
      )}
    </>
  );
}

function RowActions({ row }: { row: JsonRow }) {
  const path = useCopy(row.path);
  const text = typeof row.value === 'string' ? row.value : JSON.stringify(row.value, null, 2);
  const value = useCopy(text);
  const look =
    'inline-grid size-6 place-items-center rounded-xs text-fg-3 hover:bg-active hover:text-fg';
  return (
    <span className="absolute top-0 right-0 flex bg-(--o-well,var(--o-sunken)) opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
      <button
        type="button"
        title={messages.copyPath}
        aria-label={messages.copyPath}
        onClick={path.copy}
        className={look}
      >
        <Icon icon={Link2} size={12} />
      </button>
      <button
        type="button"
        title={messages.copyValue}
        aria-label={messages.copyValue}
        onClick={value.copy}
        className={look}
      >
        <Icon icon={Copy} size={12} />
      </button>
    </span>
  );
}
