import type { Model } from '@/api';

export interface ModelGroup {
  providerId: string;
  providerName: string;
  models: Model[];
}

/** The models by provider, both in the order of their names. */
export function groupModels(models: readonly Model[]): ModelGroup[] {
  const groups = new Map<string, ModelGroup>();
  for (const model of models) {
    const group = groups.get(model.provider_id) ?? {
      providerId: model.provider_id,
      providerName: model.provider_name,
      models: [],
    };
    group.models.push(model);
    groups.set(model.provider_id, group);
  }
  for (const group of groups.values()) group.models.sort((a, b) => a.name.localeCompare(b.name));
  return [...groups.values()].sort((a, b) => a.providerName.localeCompare(b.providerName));
}

/** A price per million tokens in dollars, input then output; null when nobody knows it. */
export function modelPrice(model: Model): { input: number; output: number } | null {
  const { input_usd_micros_per_mtok: input, output_usd_micros_per_mtok: output } = model;
  if (typeof input !== 'number' || typeof output !== 'number') return null;
  return { input: input / 1_000_000, output: output / 1_000_000 };
}

/** Dollars with as many decimals as the price needs: `$2.50`, `$0.075`. */
export function priceText(dollars: number): string {
  if (dollars >= 1 || dollars === 0) return `$${dollars === 0 ? '0' : dollars.toFixed(2)}`;
  return `$${Number(dollars.toFixed(4))}`;
}

export type ModelRefLike = { provider_id: string; name: string };

/** One text for a model of a provider, for lists of choices. */
export function modelKey(model: ModelRefLike): string {
  return JSON.stringify([model.provider_id, model.name]);
}

export function modelOf(key: string): ModelRefLike {
  const [provider_id, name] = JSON.parse(key) as [string, string];
  return { provider_id, name };
}
