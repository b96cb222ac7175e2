import { LogOut, X } from 'lucide-react';
import type { ProjectMember, Role } from '@/api';
import { useProject } from '@/features/session';
import { Badge, IconButton, Time, toast } from '@/ui';
import { useSetMember } from '../api';
import { messages } from '../messages';
import { RoleSelect } from './role-select';

const words = messages.members;

type MemberRowProps = {
  member: ProjectMember;
  self: boolean;
  manages: boolean;
  onRemove: () => void;
};

export function MemberRow({ member, self, manages, onRemove }: MemberRowProps) {
  const { name, email, role, active } = member;
  return (
    <li className="flex min-h-12 items-center gap-3 border-b border-line py-1.5">
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="flex items-center gap-2">
          <span className="truncate font-medium">{name}</span>
          {self && <Badge>{messages.you}</Badge>}
          {!active && <Badge>{words.deactivated}</Badge>}
        </span>
        {email && <span className="meta truncate text-fg-3">{email}</span>}
      </span>
      <span className="meta w-40 text-fg-3 max-md:hidden">
        {words.since} <Time at={member.added_at} />
      </span>
      <span className="flex w-[104px] flex-none">
        {manages ? (
          <RoleOf member={member} />
        ) : (
          <span className="text-fg-2">{messages.roles[role]}</span>
        )}
      </span>
      <span className="flex w-7 flex-none max-md:w-10">
        {(manages || self) && (
          <IconButton
            icon={self ? LogOut : X}
            label={self ? words.leave : words.remove(name)}
            onClick={onRemove}
          />
        )}
      </span>
    </li>
  );
}

function RoleOf({ member }: { member: ProjectMember }) {
  const set = useSetMember(useProject().id);
  const change = (role: Role) =>
    set.mutate(
      { userId: member.user_id, role },
      { onError: (error) => toast.error(`${words.changeFailed}. ${error.message}`) },
    );
  return (
    <RoleSelect
      appearance="filter"
      aria-label={words.roleOf(member.name)}
      value={member.role}
      onChange={change}
      disabled={set.isPending}
    />
  );
}
