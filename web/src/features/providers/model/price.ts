import type { Model } from '@/api';
import { messages } from '../messages';

function dollars(usdMicros: number): string {
  return `$${(usdMicros / 1_000_000).toFixed(2)}`;
}

/** `$3.00 in, $15.00 out` for a million tokens, `local` on the own machine, else nothing. */
export function priceOf(model: Model): string {
  const { input_usd_micros_per_mtok: input, output_usd_micros_per_mtok: output } = model;
  if (model.provider_type === 'ollama') return messages.local;
  if (input === null || output === null) return '';
  return messages.price(dollars(input), dollars(output));
}
