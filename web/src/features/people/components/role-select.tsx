import type { Role } from '@/api';
import { Select } from '@/ui';
import { messages } from '../messages';

const ROLES: readonly Role[] = ['viewer', 'developer', 'admin'];

type RoleSelectProps = {
  value: Role;
  onChange: (role: Role) => void;
  disabled?: boolean;
  appearance?: 'field' | 'filter';
  'aria-label'?: string;
};

export function RoleSelect({ value, onChange, ...rest }: RoleSelectProps) {
  const hinted = rest.appearance !== 'filter';
  return (
    <Select
      {...rest}
      value={value}
      onValueChange={(role) => onChange(role as Role)}
      options={ROLES.map((role) => ({
        value: role,
        label: messages.roles[role],
        ...(hinted && { hint: messages.roleHints[role] }),
      }))}
    />
  );
}
