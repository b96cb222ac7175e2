import { useQuery } from '@tanstack/react-query';
import { ChevronsUpDown, Sparkle } from 'lucide-react';
import type { Model } from '@/api';
import { Combobox, type ComboboxOption, ErrorState, Icon, Note } from '@/ui';
import { modelsQuery } from '../api';
import { messages } from '../messages';
import type { AgentDraft } from '../model/draft';
import { groupModels, modelKey, modelOf, modelPrice, priceText } from '../model/model-choices';

const words = messages.model;

export interface ModelPickerProps {
  value: AgentDraft['model'];
  onChange: (model: NonNullable<AgentDraft['model']>) => void;
  disabled?: boolean;
  /** Needed outside a `Field`. */
  label?: string;
}

/** Every model that a provider offers, by provider, with its price. */
export function ModelPicker({ value, onChange, disabled, label }: ModelPickerProps) {
  const models = useQuery(modelsQuery);
  if (models.error) {
    return (
      <ErrorState
        title={words.loadError}
        error={models.error}
        onRetry={() => void models.refetch()}
      />
    );
  }
  if (models.data?.length === 0 && !value) return <Note tone="warn">{words.none}</Note>;
  return (
    <Combobox
      value={value ? modelKey(value) : null}
      onValueChange={(key) => onChange(modelOf(key))}
      options={optionsFor(models.data ?? [], value, models.isPending)}
      placeholder={words.choose}
      searchPlaceholder={words.search}
      loading={models.isPending}
      disabled={disabled}
      aria-label={label}
      trigger={(chosen) => <Chosen option={chosen} />}
    />
  );
}

function Chosen({ option }: { option: ComboboxOption | undefined }) {
  return (
    <>
      <Icon icon={Sparkle} size={14} className="text-fg-3" />
      <span className={option ? 'truncate' : 'truncate text-fg-3'}>
        {option?.label ?? words.choose}
      </span>
      {option?.group && <span className="meta truncate text-fg-3">{option.group}</span>}
      {option?.meta && (
        <span className="meta ml-auto flex-none text-fg-3 max-md:hidden">{option.meta}</span>
      )}
      <Icon
        icon={ChevronsUpDown}
        size={14}
        className={option?.meta ? '-mr-0.5 text-fg-3 max-md:ml-auto' : '-mr-0.5 ml-auto text-fg-3'}
      />
    </>
  );
}

function optionsFor(
  models: readonly Model[],
  value: AgentDraft['model'],
  loading: boolean,
): ComboboxOption[] {
  const usable = models.filter((model) => model.enabled);
  const options = groupModels(usable).flatMap((group) =>
    group.models.map((model) => ({
      value: modelKey(model),
      label: model.name,
      group: group.providerName,
      meta: priceOf(model),
      icon: Sparkle,
    })),
  );
  if (!value || options.some((option) => option.value === modelKey(value))) return options;
  const meta = loading ? undefined : words.missing;
  return [
    { value: modelKey(value), label: value.name, group: '', meta, icon: Sparkle },
    ...options,
  ];
}

function priceOf(model: Model): string {
  const price = modelPrice(model);
  if (!price) return words.unknownPrice;
  if (price.input === 0 && price.output === 0) return words.free;
  return words.price(priceText(price.input), priceText(price.output));
}
