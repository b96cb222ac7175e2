import type { Model } from '@/api';
import { messages } from '../messages';

function dollars(usdMicros: number): string {
  return `$${(usdMicros / 1_000_000).toFixed(2)}`;
}

/** `$3.00 in, $15.00 out` for a million tokens, `local` on the own machine, `no cost`, or nothing when unknown. */
export function priceOf(model: Model): string {
  const { input_usd_micros_per_mtok: input, output_usd_micros_per_mtok: output } = model;
  if (model.provider_type === 'ollama') return messages.local;
  if (input === null || output === null) return '';
  if (input === 0 && output === 0) return messages.noCost;
  return messages.price(dollars(input), dollars(output));
}
