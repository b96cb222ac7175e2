import { useQuery } from '@tanstack/react-query';
import { useMe } from '@/features/session';
import { Field, Input } from '@/ui';
import { secondFactorQuery } from '../api';
import { messages } from '../messages';

export const PROOF_FIELDS = ['password', 'code'] as const;
export type Proof = Record<(typeof PROOF_FIELDS)[number], string>;
export const NO_PROOF: Proof = { password: '', code: '' };

type Props = {
  values: Proof;
  under: Partial<Proof>;
  onChange: (changed: Partial<Proof>) => void;
};

/** What only the owner of the account can say. Who has no password has to have signed in just now instead. */
export function OwnerProof({ values, under, onChange }: Props) {
  const { has_password } = useMe();
  const { data: factor } = useQuery(secondFactorQuery);
  return (
    <>
      {has_password && (
        <Field label={messages.factor.password} error={under.password}>
          <Input
            type="password"
            autoComplete="current-password"
            value={values.password}
            onChange={({ target }) => onChange({ password: target.value })}
          />
        </Field>
      )}
      {factor?.enabled && (
        <Field label={messages.factor.code} hint={messages.factor.codeHint} error={under.code}>
          <Input
            autoComplete="one-time-code"
            value={values.code}
            onChange={({ target }) => onChange({ code: target.value })}
          />
        </Field>
      )}
    </>
  );
}
