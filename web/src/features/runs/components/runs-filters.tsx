import { FilterBar, FilterChoice } from '@/ui';
import { messages } from '../messages';
import {
  hasFilters,
  RUN_KINDS,
  RUN_PERIODS,
  RUN_STATUSES,
  RUN_TRIGGERS,
  type RunPeriod,
  type RunSearch,
} from '../model/run-search';
import { spanName } from '../model/span-name';

const words = messages.filters;

export interface RunsFiltersProps {
  search: RunSearch;
  onChange: (search: RunSearch) => void;
}

/** Words, status, kind, trigger and time; all of them stand in the address. */
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
      <TimeChoice search={search} onChange={onChange} />
    </FilterBar>
  );
}

const SPAN = 'span';

/** The span that a bar of Home's chart led to stands among the periods while it is chosen. */
function TimeChoice({ search, onChange }: RunsFiltersProps) {
  const { since: _, until: __, ...rest } = search;
  const span = spanName(search);
  const periods = Object.keys(RUN_PERIODS) as RunPeriod[];
  const options = periods.map((value) => ({ value, label: words.periods[value] }));
  return (
    <FilterChoice<RunPeriod | typeof SPAN>
      label={words.period}
      any={words.all.period}
      value={span ? SPAN : search.period}
      options={span ? [...options, { value: SPAN, label: span }] : options}
      onChange={(period) => period !== SPAN && onChange({ ...rest, period })}
    />
  );
}
