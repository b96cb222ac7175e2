import { Search } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Button } from '../button/button';
import { Input } from '../input/input';
import { Kbd } from '../kbd/kbd';
import { Select } from '../select/select';

const ANY = 'any';
const TYPING_MS = 250;

export type FilterBarProps = {
  label: string;
  /** What the field of words asks for. */
  search: string;
  words: string | undefined;
  onWords: (words: string | undefined) => void;
  /** Takes every filter away; absent while there is none. */
  onClear?: () => void;
  clear: string;
  /** `FilterChoice`s. */
  children?: ReactNode;
};

/** Above a list: words and choices, all of which belong in the address. */
export function FilterBar(props: FilterBarProps) {
  const { label, search, words, onWords, onClear, clear, children } = props;
  return (
    <search aria-label={label} className="mb-3 flex flex-wrap items-center gap-2">
      <WordsFilter
        key={words === undefined ? 'empty' : 'words'}
        label={search}
        value={words ?? ''}
        onChange={(next) => onWords(next || undefined)}
      />
      {children}
      {onClear && (
        <Button variant="ghost" size="sm" onClick={onClear}>
          {clear}
        </Button>
      )}
    </search>
  );
}

export type FilterChoiceProps<V extends string> = {
  label: string;
  /** How it is called when nothing is chosen. */
  any: string;
  value: V | undefined;
  options: readonly { value: V; label: string }[];
  onChange: (value: V | undefined) => void;
};

export function FilterChoice<V extends string>(props: FilterChoiceProps<V>) {
  const { label, any, value, options, onChange } = props;
  return (
    <Select
      appearance="filter"
      aria-label={label}
      value={value ?? ANY}
      onValueChange={(next) => onChange(next === ANY ? undefined : (next as V))}
      options={[{ value: ANY, label: any }, ...options]}
    />
  );
}

type WordsProps = { label: string; value: string; onChange: (value: string) => void };

/** Waits for a pause in typing, so that each letter is not a request and an entry in the address. */
function WordsFilter({ label, value, onChange }: WordsProps) {
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => onChange(text.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  });
  return (
    <Input
      type="search"
      size="sm"
      icon={Search}
      aria-label={label}
      aria-keyshortcuts="/"
      placeholder={label}
      value={text}
      onChange={(event) => setText(event.target.value)}
      trailing={<Kbd keys="/" className="max-md:hidden" />}
      className="w-60 max-md:w-full"
    />
  );
}
