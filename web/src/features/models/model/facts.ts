import type { Model, ModelUpdate } from '@/api';

export const ABILITIES = ['tools', 'structured_output', 'reasoning', 'vision'] as const;
export type Ability = (typeof ABILITIES)[number];

export type FactsText = { input: string; output: string; cached: string; context: string };
export type Problem = 'pair' | 'amount' | 'tokens';

/** Micro-dollars as a person types dollars: `0.075`; empty when nobody knows. */
export function dollarsText(usdMicros: number | null): string {
  return usdMicros === null ? '' : String(usdMicros / 1_000_000);
}

/** `$0.15`, with as many digits as it takes. */
export function priceText(usdMicros: number | null): string {
  if (usdMicros === null) return '–';
  const dollars = usdMicros / 1_000_000;
  return `$${dollars >= 1 || dollars === 0 ? dollars.toFixed(2) : Number(dollars.toFixed(4))}`;
}

export function factsText(model: Model): FactsText {
  return {
    input: dollarsText(model.input_usd_micros_per_mtok),
    output: dollarsText(model.output_usd_micros_per_mtok),
    cached: dollarsText(model.cached_input_usd_micros_per_mtok),
    context: model.context_window === null ? '' : String(model.context_window),
  };
}

function micros(text: string): number | null | undefined {
  const typed = text.trim().replace(',', '.');
  if (typed === '') return null;
  if (!/^\d{1,6}(\.\d{1,6})?$/.test(typed)) return undefined;
  return Math.round(Number(typed) * 1_000_000);
}

/** What to send for what was typed; only what changed. */
export function toUpdate(
  model: Model,
  text: FactsText,
  abilities: ReadonlySet<Ability>,
): ModelUpdate | Problem {
  const input = micros(text.input);
  const output = micros(text.output);
  const cached = micros(text.cached);
  if (input === undefined || output === undefined || cached === undefined) return 'amount';
  if ((input === null) !== (output === null)) return 'pair';
  const context = text.context.trim();
  if (context !== '' && !/^[1-9]\d{0,8}$/.test(context)) return 'tokens';
  const before = factsText(model);
  const update: ModelUpdate = {};
  if (
    text.input !== before.input ||
    text.output !== before.output ||
    text.cached !== before.cached
  ) {
    update.input_usd_micros_per_mtok = input;
    update.output_usd_micros_per_mtok = output;
    update.cached_input_usd_micros_per_mtok = input === null ? null : cached;
  }
  if (text.context !== before.context) {
    update.context_window = context === '' ? null : Number(context);
  }
  if (ABILITIES.some((one) => model.abilities[one] !== abilities.has(one))) {
    update.abilities = ABILITIES.filter((one) => abilities.has(one));
  }
  return update;
}

export const RESET: ModelUpdate = {
  input_usd_micros_per_mtok: null,
  output_usd_micros_per_mtok: null,
  cached_input_usd_micros_per_mtok: null,
  context_window: null,
  abilities: null,
};

export function isOwn(model: Model): boolean {
  return [model.price_source, model.context_window_source, model.abilities_source].includes('own');
}

export function matching(models: readonly Model[], text: string, providerId?: string): Model[] {
  const wanted = text.trim().toLowerCase();
  return models
    .filter((model) => !providerId || model.provider_id === providerId)
    .filter(({ name, provider_name }) => `${name} ${provider_name}`.toLowerCase().includes(wanted))
    .toSorted(
      (a, b) => a.provider_name.localeCompare(b.provider_name) || a.name.localeCompare(b.name),
    );
}
