import { z } from 'zod';
import type {
  CredentialField,
  Provider,
  ProviderCreate,
  ProviderType,
  ProviderUpdate,
} from '@/api';
import { messages } from '../messages';

export type ProviderValues = { name: string; base_url: string; api_key: string };

/** The fields of a provider that stands: its keys have a list of their own. */
export function withoutKey(type: ProviderType): ProviderType {
  return {
    ...type,
    credential_fields: type.credential_fields.filter(({ name }) => name !== 'api_key'),
  };
}

/** What is asked: the fields of the type. */
export function schemaFor(type: ProviderType) {
  const field = (name: CredentialField['name']) =>
    type.credential_fields.find((candidate) => candidate.name === name);
  const required = (name: CredentialField['name']) => {
    const wanted = field(name);
    const text = z.string().trim();
    if (!wanted?.required) return text;
    return text.min(1, messages.errors.required(wanted.label));
  };
  return z.object({
    name: z.string().trim().min(1, messages.errors.name),
    base_url: required('base_url').refine(isWebAddress, messages.errors.url),
    api_key: required('api_key'),
  });
}

/** Whether the key is a whole file, as a service account's is. */
export function isMultiline(type: ProviderType): boolean {
  return type.credential_fields.some(({ name, multiline }) => name === 'api_key' && multiline);
}

function isWebAddress(text: string): boolean {
  return text === '' || (/^https?:\/\//.test(text) && URL.canParse(text));
}

export function initialValues(type: ProviderType, provider?: Provider): ProviderValues {
  const preset = type.credential_fields.find(({ name }) => name === 'base_url')?.default ?? '';
  return {
    name: provider?.name ?? type.label,
    base_url: provider ? (provider.base_url ?? '') : preset,
    api_key: '',
  };
}

export function toCreate(type: ProviderType, values: ProviderValues): ProviderCreate {
  return {
    name: values.name,
    provider_type: type.type,
    ...(values.base_url && { base_url: values.base_url }),
    ...(values.api_key && { api_key: values.api_key }),
  };
}

/** Only what changed; `null` clears. */
export function toUpdate(provider: Provider, values: ProviderValues): ProviderUpdate {
  const change: ProviderUpdate = {};
  if (values.name !== provider.name) change.name = values.name;
  if (values.base_url !== (provider.base_url ?? '')) change.base_url = values.base_url || null;
  return change;
}
