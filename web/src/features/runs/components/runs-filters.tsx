import { FilterBar, FilterChoice } from '@/ui';
import { messages } from '../messages';
import {
  hasFilters,
  RUN_KINDS,
  RUN_STATUSES,
  RUN_TRIGGERS,
  type RunSearch,
} from '../model/run-search';

const words = messages.filters;

export interface RunsFiltersProps {
  search: RunSearch;
  onChange: (search: RunSearch) => void;
}

/** Words, status, kind and trigger; all of them stand in the address. */
export function RunsFilters({ search, onChange }: RunsFiltersProps) {
  return (
    <FilterBar
      label={words.label}
      search={words.search}
      words={search.q}
      onWords={(q) => onChange({ ...search, q })}
      onClear={hasFilters(search) ? () => onChange({}) : undefined}
      clear={messages.noMatch.clear}
    >
      <FilterChoice
        label={words.status}
        any={words.all.status}
        value={search.status}
        options={RUN_STATUSES.map((value) => ({ value, label: messages.statuses[value] }))}
        onChange={(status) => onChange({ ...search, status })}
      />
      <FilterChoice
        label={words.kind}
        any={words.all.kind}
        value={search.kind}
        options={RUN_KINDS.map((value) => ({ value, label: messages.kinds[value] ?? value }))}
        onChange={(kind) => onChange({ ...search, kind })}
      />
      <FilterChoice
        label={words.trigger}
        any={words.all.trigger}
        value={search.trigger}
        options={RUN_TRIGGERS.map((value) => ({ value, label: messages.triggers[value] ?? value }))}
        onChange={(trigger) => onChange({ ...search, trigger })}
      />
    </FilterBar>
  );
}
