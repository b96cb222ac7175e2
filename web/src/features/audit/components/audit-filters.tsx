import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, Input, Kbd, Select } from '@/ui';
import { auditFacetsQuery } from '../api';
import { messages } from '../messages';
import { type AuditSearch, hasFilters, PERIODS, type Period } from '../model/audit-search';
import { actionText } from '../model/words';

const words = messages.filters;
const ANY = 'any';
const TYPING_MS = 250;

interface AuditFiltersProps {
  search: AuditSearch;
  onChange: (search: AuditSearch) => void;
}

/** Words, action, thing, person and time; all of them stand in the address. */
export function AuditFilters({ search, onChange }: AuditFiltersProps) {
  const { data: facets } = useQuery(auditFacetsQuery);
  const set = (change: Partial<AuditSearch>) => onChange({ ...search, ...change });
  return (
    <search aria-label={words.label} className="mb-3 flex flex-wrap items-center gap-2">
      <WordsFilter
        key={search.q === undefined ? 'empty' : 'words'}
        value={search.q ?? ''}
        onChange={(q) => set({ q: q || undefined })}
      />
      <Choice
        label={words.action}
        any={words.all.action}
        value={search.action}
        options={facets?.actions.map((value) => ({ value, label: actionText(value) }))}
        onChange={(action) => set({ action })}
      />
      <Choice
        label={words.thing}
        any={words.all.thing}
        value={search.thing}
        options={facets?.entity_types.map((value) => ({ value, label: actionText(value) }))}
        onChange={(thing) => set({ thing })}
      />
      <Choice
        label={words.person}
        any={words.all.person}
        value={search.person}
        options={facets?.people.map(({ user_id, name }) => ({ value: user_id, label: name }))}
        onChange={(person) => set({ person })}
      />
      <Choice
        label={words.period}
        any={words.all.period}
        value={search.period}
        options={Object.keys(PERIODS).map((value) => ({
          value,
          label: words.periods[value as Period],
        }))}
        onChange={(period) => set({ period: period as Period | undefined })}
      />
      {hasFilters(search) && (
        <Button variant="ghost" size="sm" onClick={() => onChange({})}>
          {words.clear}
        </Button>
      )}
    </search>
  );
}

interface ChoiceProps {
  label: string;
  any: string;
  value: string | undefined;
  options: readonly { value: string; label: string }[] | undefined;
  onChange: (value: string | undefined) => void;
}

function Choice({ label, any, value, options = [], onChange }: ChoiceProps) {
  const known = options.some((option) => option.value === value);
  return (
    <Select
      appearance="filter"
      aria-label={label}
      value={value ?? ANY}
      onValueChange={(next) => onChange(next === ANY ? undefined : next)}
      options={[
        { value: ANY, label: any },
        ...options,
        ...(value && !known ? [{ value, label: actionText(value) }] : []),
      ]}
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
