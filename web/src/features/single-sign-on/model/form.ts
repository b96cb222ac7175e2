import { z } from 'zod';
import type { OidcUpdate, OidcView, Role } from '@/api';
import { messages } from '../messages';

export const ROLES = ['viewer', 'developer', 'admin'] as const satisfies readonly Role[];

export const schema = z
  .object({
    enabled: z.boolean(),
    name: z.string().trim().min(1, messages.needName),
    issuer: z.string().trim(),
    client_id: z.string().trim(),
    client_secret: z.string(),
    remove_secret: z.boolean(),
    scopes: z
      .string()
      .trim()
      .refine((text) => text.split(/\s+/).includes('openid'), messages.needOpenid),
    role_claim: z.string().trim(),
    role_rules: z.array(
      z.object({ value: z.string().trim().min(1, messages.needValue), role: z.enum(ROLES) }),
    ),
    default_role: z.enum(ROLES),
    create_accounts: z.boolean(),
    link_by_email: z.boolean(),
    end_session: z.boolean(),
  })
  .superRefine(({ enabled, issuer, client_id }, context) => {
    const miss = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (enabled && !issuer) miss('issuer', messages.needIssuer);
    if (enabled && !client_id) miss('client_id', messages.needClientId);
  });

export type Values = z.infer<typeof schema>;

export const FIELDS = [
  'name',
  'issuer',
  'client_id',
  'client_secret',
  'scopes',
  'role_claim',
] as const;

export function valuesOf(view: OidcView): Values {
  return {
    enabled: view.enabled,
    name: view.name,
    issuer: view.issuer,
    client_id: view.client_id,
    client_secret: '',
    remove_secret: false,
    scopes: view.scopes,
    role_claim: view.role_claim,
    role_rules: view.role_rules,
    default_role: view.default_role,
    create_accounts: view.create_accounts,
    link_by_email: view.link_by_email,
    end_session: view.end_session,
  };
}

/** The secret is sent only when it changes: an empty field keeps the one that is stored. */
export function changeOf({ client_secret, remove_secret, ...rest }: Values): OidcUpdate {
  if (client_secret) return { ...rest, client_secret };
  return remove_secret ? { ...rest, client_secret: null } : rest;
}
