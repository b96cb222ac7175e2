import type { Provider, ProviderType } from '@/api';

/** What can be added: a second demo would only be the first again. */
export function offeredTypes(types: ProviderType[], providers: Provider[]): ProviderType[] {
  const hasDemo = providers.some((provider) => provider.provider_type === 'demo');
  return hasDemo ? types.filter(({ type }) => type !== 'demo') : types;
}
