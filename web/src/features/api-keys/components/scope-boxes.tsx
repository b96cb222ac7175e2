import { useId } from 'react';
import type { Role } from '@/api';
import { Checkbox } from '@/ui';
import { messages } from '../messages';
import { grantable, type Scope } from '../model/key-form';

type Props = {
  role: Role;
  value: readonly Scope[];
  onChange: (scopes: Scope[]) => void;
  error?: string;
};

/** One box for each thing that the person can allow. */
export function ScopeBoxes({ role, value, onChange, error }: Props) {
  const errorId = useId();
  const choices = grantable(role);
  const toggle = (scope: Scope, on: boolean) =>
    onChange(choices.filter((one) => (one === scope ? on : value.includes(one))));
  return (
    <fieldset aria-describedby={error ? errorId : undefined} className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">{messages.form.scopes}</legend>
      {choices.map((scope) => (
        <Checkbox
          key={scope}
          checked={value.includes(scope)}
          onCheckedChange={(on) => toggle(scope, on)}
        >
          <span className="font-medium">{messages.scopes[scope].label}</span>{' '}
          <span className="meta text-fg-3">{messages.scopes[scope].hint}</span>
        </Checkbox>
      ))}
      {error && (
        <p id={errorId} className="meta text-danger-text">
          {error}
        </p>
      )}
    </fieldset>
  );
}
