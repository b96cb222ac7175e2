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

export function sameModel(
  a: { provider_id: string; name: string } | null | undefined,
  b: { provider_id: string; name: string } | null | undefined,
): boolean {
  return a?.provider_id === b?.provider_id && a?.name === b?.name;
}
