import type { Usage } from '@/api';
import { formatTokens } from '@/ui';
import { messages } from '../messages';

/** “2,310 in, 402 out”, with “about” before counts that are ours, not the provider's; null without any. */
export function usageText(usage: Usage | null): string | null {
  if (!usage || usage.input_tokens + usage.output_tokens === 0) return null;
  const text = messages.facts.tokensValue(
    formatTokens(usage.input_tokens),
    formatTokens(usage.output_tokens),
  );
  return usage.estimated ? `${messages.facts.estimated} ${text}` : text;
}
