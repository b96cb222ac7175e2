import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, Input, Kbd, Select } from '@/ui';
import { messages } from '../messages';
import {
  hasFilters,
  RUN_KINDS,
  RUN_STATUSES,
  RUN_TRIGGERS,
  type RunSearch,
} from '../model/run-search';

const words = messages.filters;
const ANY = 'any';
const TYPING_MS = 250;

export interface RunsFiltersProps {
  search: RunSearch;
  onChange: (search: RunSearch) => void;
}

/** Words, status, kind and trigger; all of them stand in the address. */
export function RunsFilters({ search, onChange }: RunsFiltersProps) {
  return (
    <search aria-label={words.label} className="mb-3 flex flex-wrap items-center gap-2">
      <WordsFilter
        key={search.q === undefined ? 'empty' : 'words'}
        value={search.q ?? ''}
        onChange={(q) => onChange({ ...search, q: q || undefined })}
      />
      <Choice
        label={words.status}
        any={words.all.status}
        value={search.status}
        options={RUN_STATUSES.map((value) => ({ value, label: messages.statuses[value] }))}
        onChange={(status) => onChange({ ...search, status })}
      />
      <Choice
        label={words.kind}
        any={words.all.kind}
        value={search.kind}
        options={RUN_KINDS.map((value) => ({ value, label: messages.kinds[value] ?? value }))}
        onChange={(kind) => onChange({ ...search, kind })}
      />
      <Choice
        label={words.trigger}
        any={words.all.trigger}
        value={search.trigger}
        options={RUN_TRIGGERS.map((value) => ({ value, label: messages.triggers[value] ?? value }))}
        onChange={(trigger) => onChange({ ...search, trigger })}
      />
      {hasFilters(search) && (
        <Button variant="ghost" size="sm" onClick={() => onChange({})}>
          {messages.noMatch.clear}
        </Button>
      )}
    </search>
  );
}

interface ChoiceProps<V extends string> {
  label: string;
  any: string;
  value: V | undefined;
  options: readonly { value: V; label: string }[];
  onChange: (value: V | undefined) => void;
}

function Choice<V extends string>({ label, any, value, options, onChange }: ChoiceProps<V>) {
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

/** Waits for a pause in typing, so that each letter is not a request and an entry in the address. */
function WordsFilter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
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
      aria-label={words.search}
      aria-keyshortcuts="/"
      placeholder={words.search}
      value={text}
      onChange={(event) => setText(event.target.value)}
      trailing={<Kbd keys="/" className="max-md:hidden" />}
      className="w-60 max-md:w-full"
    />
  );
}
