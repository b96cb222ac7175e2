import { Field, Input, Slider, Switch } from '@/ui';
import { messages } from '../messages';
import { LIMITS } from '../model/draft';
import type { EditProps } from './edit-props';
import { FallbacksField } from './fallbacks-field';
import { ModelPicker } from './model-picker';
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
      <FieldAnchor field="fallbacks">
        <FallbacksField {...props} />
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
