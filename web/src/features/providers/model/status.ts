import type { Provider } from '@/api';
import type { Status } from '@/ui';
import { messages } from '../messages';

export function statusOf(provider: Provider): Status {
  return provider.status === 'unknown' ? 'untested' : provider.status;
}

/** In a list: also that no key may be used at this moment. */
export function lookOf(provider: Provider): { status: Status; label?: string } {
  const { total, disabled, cooling } = provider.keys;
  const usable = total - disabled;
  if (usable > 0 && cooling === usable) return { status: 'warn', label: messages.limited };
  return { status: statusOf(provider) };
}
