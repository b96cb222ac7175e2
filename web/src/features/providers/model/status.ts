import type { Provider } from '@/api';
import type { Status } from '@/ui';

export function statusOf(provider: Provider): Status {
  return provider.status === 'unknown' ? 'untested' : provider.status;
}
