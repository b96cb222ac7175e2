import { useQuery } from '@tanstack/react-query';
import { ChevronsUpDown, Sparkle } from 'lucide-react';
import type { Model } from '@/api';
import {
  Combobox,
  type ComboboxOption,
  ErrorState,
  Field,
  Icon,
  Input,
  Note,
  Slider,
  Switch,
} from '@/ui';
import { modelsQuery } from '../api';
import { messages } from '../messages';
import { type AgentDraft, LIMITS } from '../model/draft';
import { groupModels, modelKey, modelOf, modelPrice, priceText } from '../model/model-choices';
import type { EditProps } from './edit-props';
import { FieldAnchor, Section } from './section';

const words = messages.model;
const FIRST_TEMPERATURE = 0.7;

/** Which model thinks, how freely, how much and how long. */
export function ModelSection(props: EditProps) {
  const { draft, change, problem, readOnly } = props;
  return (
    <Section {...messages.sections.model}>
      <FieldAnchor field="model">
        <Field label={messages.fields.model}>
          <ModelPicker
            value={draft.model}
            disabled={readOnly}
            onChange={(model) => change({ model })}
          />
        </Field>
      </FieldAnchor>
      <Temperature {...props} />
      <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
        <FieldAnchor field="max_tokens">
          <NumberField
            label={messages.fields.max_tokens}
            hint={words.maxTokensHint}
            error={problem('max_tokens')}
            value={draft.max_tokens}
            max={LIMITS.max_tokens}
            optional
            readOnly={readOnly}
            onChange={(max_tokens) => change({ max_tokens })}
          />
        </FieldAnchor>
        <FieldAnchor field="max_steps">
          <NumberField
            label={messages.fields.max_steps}
            hint={words.maxStepsHint}
            error={problem('max_steps')}
            value={draft.max_steps}
            max={LIMITS.max_steps}
            readOnly={readOnly}
            onChange={(max_steps) => change({ max_steps })}
          />
        </FieldAnchor>
      </div>
    </Section>
  );
}

export interface ModelPickerProps {
  value: AgentDraft['model'];
  onChange: (model: NonNullable<AgentDraft['model']>) => void;
  disabled?: boolean;
}

/** Every model that a provider offers, by provider, with its price. */
export function ModelPicker({ value, onChange, disabled }: ModelPickerProps) {
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
  const options = groupModels(models).flatMap((group) =>
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

function Temperature({ draft, change, readOnly }: EditProps) {
  const isSet = draft.temperature !== null;
  return (
    <FieldAnchor field="temperature">
      <div className="flex flex-col gap-1.5">
        <div className="flex items-center gap-2">
          <span className="text-sm font-medium">{messages.fields.temperature}</span>
          <Switch
            aria-label={words.temperatureOn}
            checked={isSet}
            disabled={readOnly}
            onCheckedChange={(on) => change({ temperature: on ? FIRST_TEMPERATURE : null })}
          />
        </div>
        {isSet ? (
          <Slider
            aria-label={messages.fields.temperature}
            value={draft.temperature ?? FIRST_TEMPERATURE}
            onValueChange={(temperature) => change({ temperature })}
            min={0}
            max={LIMITS.temperature}
            step={0.1}
            format={(value) => value.toFixed(1)}
            disabled={readOnly}
          />
        ) : (
          <p className="flex h-(--o-control) items-center text-fg-3">{words.providerDefault}</p>
        )}
      </div>
    </FieldAnchor>
  );
}

interface NumberFieldProps {
  label: string;
  hint: string;
  error?: string;
  value: number | null;
  max: number;
  optional?: boolean;
  readOnly?: boolean;
  onChange: (value: number | null) => void;
}

function NumberField({ label, hint, error, optional, value, onChange, ...rest }: NumberFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      <Input
        {...rest}
        type="number"
        inputMode="numeric"
        min={1}
        step={1}
        value={value ?? ''}
        onChange={({ target }) => onChange(target.value === '' ? null : Number(target.value))}
      />
    </Field>
  );
}
