import { Search, X } from 'lucide-react';
import type { RunStep, StepKind } from '@/api';
import { IconButton, Input, Kbd, Select } from '@/ui';
import { messages } from '../../messages';
import { isFiltering, NO_FILTER, type StepFilter } from '../../model/step-tree';

const words = messages.trace;
const ALL = 'all';

export interface TraceFilterProps {
  steps: readonly RunStep[];
  filter: StepFilter;
  onChange: (filter: StepFilter) => void;
}

/** Finds a step by words and narrows to one kind; only kinds that this run has are offered. */
export function TraceFilter({ steps, filter, onChange }: TraceFilterProps) {
  const kinds = [...new Set(steps.map((step) => step.kind))];
  const options = kinds.map((kind) => ({ value: kind, label: messages.stepKinds[kind] }));
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <Input
        type="search"
        size="sm"
        icon={Search}
        aria-label={words.find}
        aria-keyshortcuts="/"
        placeholder={words.find}
        value={filter.text}
        onChange={(event) => onChange({ ...filter, text: event.target.value })}
        onKeyDown={(event) => event.key === 'Escape' && onChange({ ...filter, text: '' })}
        trailing={
          isFiltering(filter) ? (
            <IconButton
              size="sm"
              icon={X}
              label={words.clear}
              onClick={() => onChange(NO_FILTER)}
            />
          ) : (
            <Kbd keys="/" className="max-md:hidden" />
          )
        }
        className="w-full max-w-[184px] max-md:max-w-none"
      />
      <Select
        appearance="filter"
        aria-label={words.kind}
        value={filter.kind ?? ALL}
        onValueChange={(kind) =>
          onChange({ ...filter, kind: kind === ALL ? null : (kind as StepKind) })
        }
        options={[{ value: ALL, label: words.allKinds }, ...options]}
      />
    </span>
  );
}
