import type { ApiKeyCreate, Role } from '@/api';

export type Scope = ApiKeyCreate['scopes'][number];

export const SCOPES: readonly Scope[] = [
  'read',
  'runs:write',
  'agents:write',
  'conversations:write',
  'projects:write',
  'admin',
];

export const EXPIRIES = ['30', '90', '365', 'never'] as const;
export type Expiry = (typeof EXPIRIES)[number];

const DAY_MS = 86_400_000;

/** The scopes that somebody with this role can give to a key. */
export function grantable(role: Role): readonly Scope[] {
  if (role === 'admin') return SCOPES;
  return role === 'developer' ? SCOPES.filter((scope) => scope !== 'admin') : ['read'];
}

export function expiresAt(expiry: Expiry, now: number): string | null {
  return expiry === 'never' ? null : new Date(now + Number(expiry) * DAY_MS).toISOString();
}

export function isExpired(key: { expires_at: string | null }, now: number): boolean {
  return key.expires_at !== null && Date.parse(key.expires_at) <= now;
}

/** A command that shows at once whether the key works. */
export function curlExample(origin: string, key: string): string {
  return `curl ${origin}/api/v1/auth/me \\\n  -H "Authorization: Bearer ${key}"`;
}
