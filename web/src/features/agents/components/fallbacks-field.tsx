import { useQuery } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton } from '@/ui';
import { modelsQuery } from '../api';
import { messages } from '../messages';
import { LIMITS } from '../model/draft';
import { type ModelRefLike, modelKey } from '../model/model-choices';
import type { EditProps } from './edit-props';
import { ModelPicker } from './model-picker';

const words = messages.fallbacks;

/** Which models are asked, in this order, when the one before failed for good. */
export function FallbacksField({ draft, change, readOnly }: EditProps) {
  const [adding, setAdding] = useState(false);
  const { fallbacks } = draft;
  const taken = new Set([draft.model, ...fallbacks].map((one) => one && modelKey(one)));
  const set = (next: ModelRefLike[]) => change({ fallbacks: next });
  const add = (model: ModelRefLike) => {
    if (!taken.has(modelKey(model))) set([...fallbacks, model]);
    setAdding(false);
  };
  const full = fallbacks.length >= LIMITS.fallbacks;
  if (readOnly && fallbacks.length === 0) return null;
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="text-sm font-medium">{messages.fields.fallbacks}</legend>
      <p className="meta text-fg-3">{words.hint}</p>
      {fallbacks.length > 0 && (
        <ol className="rounded-md border border-line">
          {fallbacks.map((model, index) => (
            <FallbackRow
              key={modelKey(model)}
              model={model}
              index={index}
              count={fallbacks.length}
              readOnly={readOnly}
              onMove={(to) => set(moved(fallbacks, index, to))}
              onRemove={() => set(fallbacks.filter((one) => one !== model))}
            />
          ))}
        </ol>
      )}
      {adding && <ModelPicker value={null} onChange={add} label={words.add} />}
      {!readOnly && !adding && !full && (
        <Button
          size="sm"
          variant="ghost"
          icon={Plus}
          className="-ml-2 self-start"
          onClick={() => setAdding(true)}
        >
          {words.add}
        </Button>
      )}
    </fieldset>
  );
}

function moved(list: readonly ModelRefLike[], from: number, to: number): ModelRefLike[] {
  const next = list.filter((_, index) => index !== from);
  const model = list[from];
  return model ? [...next.slice(0, to), model, ...next.slice(to)] : next;
}

type RowProps = {
  model: ModelRefLike;
  index: number;
  count: number;
  readOnly: boolean;
  onMove: (to: number) => void;
  onRemove: () => void;
};

function FallbackRow({ model, index, count, readOnly, onMove, onRemove }: RowProps) {
  const { name } = model;
  const { data: models = [] } = useQuery(modelsQuery);
  const offered = models.find((one) => modelKey(one) === modelKey(model));
  return (
    <li className="flex h-(--o-row) items-center gap-1 border-t border-line pr-1 pl-3 first:border-t-0">
      <span className="meta w-5 flex-none text-fg-3">{index + 1}.</span>
      <span className="min-w-0 flex-1 truncate">
        {name}{' '}
        <span className="meta text-fg-3">{offered ? offered.provider_name : words.missing}</span>
      </span>
      {!readOnly && (
        <>
          <IconButton
            size="sm"
            icon={ArrowUp}
            label={words.up(name)}
            disabled={index === 0}
            onClick={() => onMove(index - 1)}
          />
          <IconButton
            size="sm"
            icon={ArrowDown}
            label={words.down(name)}
            disabled={index === count - 1}
            onClick={() => onMove(index + 1)}
          />
          <IconButton size="sm" icon={X} label={words.remove(name)} onClick={onRemove} />
        </>
      )}
    </li>
  );
}
