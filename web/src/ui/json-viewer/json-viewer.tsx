import { Check, Copy, Search } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '../icon-button/icon-button';
import { Input } from '../input/input';
import { messages } from '../messages';
import { Segmented } from '../segmented/segmented';
import { useCopy } from '../use-copy';
import { findMatches, flatten, type Json, type JsonRow } from './flatten';
import { Row } from './json-row';

export type JsonViewerProps = {
  value: Json;
  /** Names the tree for a reader. */
  label: string;
  /** Search, raw and copy; leave out for a small value in a card. */
  toolbar?: boolean;
  className?: string;
};

/** A JSON value as a tree that folds. Text stays text: nothing in it becomes markup. */
export function JsonViewer({ value, label, toolbar = true, className }: JsonViewerProps) {
  const [raw, setRaw] = useState(false);
  const [query, setQuery] = useState('');
  return (
    // biome-ignore lint/a11y/useSemanticElements: no set of fields, and a section would be a landmark each
    <div role="group" aria-label={label} className={className}>
      {toolbar && (
        <Toolbar value={value} raw={raw} onRaw={setRaw} query={query} onQuery={setQuery} />
      )}
      {raw ? <RawJson value={value} /> : <Tree value={value} query={query} />}
    </div>
  );
}

type ToolbarProps = {
  value: Json;
  raw: boolean;
  onRaw: (raw: boolean) => void;
  query: string;
  onQuery: (query: string) => void;
};

function Toolbar({ value, raw, onRaw, query, onQuery }: ToolbarProps) {
  const { copied, copy } = useCopy(JSON.stringify(value, null, 2));
  return (
    <div className="mb-2 flex items-center gap-2">
      <Input
        size="sm"
        icon={Search}
        type="search"
        value={query}
        disabled={raw}
        onChange={(event) => onQuery(event.target.value)}
        aria-label={messages.findInJson}
        placeholder={messages.findInJson}
        className="flex-1"
      />
      <Segmented
        label={messages.tree}
        value={raw ? 'raw' : 'tree'}
        onValueChange={(next) => onRaw(next === 'raw')}
        options={[
          { value: 'tree', label: messages.tree },
          { value: 'raw', label: messages.raw },
        ]}
      />
      <IconButton
        icon={copied ? Check : Copy}
        label={copied ? messages.copied : messages.copy}
        onClick={copy}
      />
    </div>
  );
}

const BOX =
  'scroll-thin max-h-[480px] rounded-md bg-(--o-well,var(--o-sunken)) px-3 py-2.5 font-mono text-xs leading-[19px] tracking-[-0.01em] ring-1 ring-inset ring-line -outline-offset-2';

function RawJson({ value }: { value: Json }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <pre tabIndex={0} className={BOX}>
      {JSON.stringify(value, null, 2)}
    </pre>
  );
}

function Tree({ value, query }: { value: Json; query: string }) {
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [shown, setShown] = useState<ReadonlyMap<string, number>>(new Map());
  const matches = findMatches(value, query);
  const rows = flatten(value, { toggled, shown, forced: matches.ancestors });
  const toggle = (row: JsonRow) => setToggled(new Map(toggled).set(row.path, !row.open));
  const more = (row: JsonRow, next: number) => setShown(new Map(shown).set(row.path, next));
  return (
    <>
      {query && <p className="meta mb-1.5 text-fg-3">{messages.matches(matches.paths.size)}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div tabIndex={0} className={BOX}>
        {rows.map((row) => (
          <Row
            key={`${row.path}:${row.part}`}
            row={row}
            matched={matches.paths.has(row.path)}
            onToggle={() => toggle(row)}
            onMore={(next) => more(row, next)}
          />
        ))}
      </div>
    </>
  );
}
