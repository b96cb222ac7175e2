import { useQuery } from '@tanstack/react-query';
import { FilterBar, FilterChoice } from '@/ui';
import { auditFacetsQuery } from '../api';
import { messages } from '../messages';
import { type AuditSearch, hasFilters, PERIODS, type Period } from '../model/audit-search';
import { actionText } from '../model/words';

const words = messages.filters;

interface AuditFiltersProps {
  search: AuditSearch;
  onChange: (search: AuditSearch) => void;
}

/** Words, action, thing, person and time; all of them stand in the address. */
export function AuditFilters({ search, onChange }: AuditFiltersProps) {
  const { data: facets } = useQuery(auditFacetsQuery);
  const set = (change: Partial<AuditSearch>) => onChange({ ...search, ...change });
  return (
    <FilterBar
      label={words.label}
      search={words.search}
      words={search.q}
      onWords={(q) => set({ q })}
      onClear={hasFilters(search) ? () => onChange({}) : undefined}
      clear={words.clear}
    >
      <FilterChoice
        label={words.action}
        any={words.all.action}
        value={search.action}
        options={known(search.action, facets?.actions.map(named))}
        onChange={(action) => set({ action })}
      />
      <FilterChoice
        label={words.thing}
        any={words.all.thing}
        value={search.thing}
        options={known(search.thing, facets?.entity_types.map(named))}
        onChange={(thing) => set({ thing })}
      />
      <FilterChoice
        label={words.person}
        any={words.all.person}
        value={search.person}
        options={known(
          search.person,
          facets?.people.map(({ user_id, name }) => ({ value: user_id, label: name })),
        )}
        onChange={(person) => set({ person })}
      />
      <FilterChoice
        label={words.period}
        any={words.all.period}
        value={search.period}
        options={Object.keys(PERIODS).map((value) => ({
          value,
          label: words.periods[value as Period],
        }))}
        onChange={(period) => set({ period: period as Period | undefined })}
      />
    </FilterBar>
  );
}

type Option = { value: string; label: string };

const named = (value: string): Option => ({ value, label: actionText(value) });

/** What the address asks for stands among the choices, also when nothing in the log has it. */
function known(value: string | undefined, options: Option[] = []): Option[] {
  if (!value || options.some((option) => option.value === value)) return options;
  return [...options, named(value)];
}
