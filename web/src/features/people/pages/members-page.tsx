import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { UserRoundPlus } from 'lucide-react';
import { useState } from 'react';
import type { ProjectMember } from '@/api';
import { useMe, useProject } from '@/features/session';
import { useSettingsCrumb } from '@/features/settings';
import { Button, ConfirmDialog, ErrorState, Note, Page, Skeleton, toast } from '@/ui';
import { membersQuery, useRemoveMember, useSetMember } from '../api';
import { AddMemberDialog } from '../components/add-member-dialog';
import { MemberRow } from '../components/member-row';
import { messages } from '../messages';

const words = messages.members;

/** Who works in the open project. Its admins change that; everybody else reads, and may leave. */
export function MembersPage() {
  const project = useProject();
  const manages = project.my_role === 'admin';
  const [adding, setAdding] = useState(false);
  const members = useQuery(membersQuery(project.id));
  return (
    <Page
      title={words.title}
      summary={words.summary(project.name)}
      crumbs={useSettingsCrumb()}
      actions={
        manages && (
          <Button variant="primary" icon={UserRoundPlus} onClick={() => setAdding(true)}>
            {words.add}
          </Button>
        )
      }
    >
      {project.my_role === null && <Outside projectId={project.id} />}
      {members.error ? (
        <ErrorState
          title={words.failed}
          error={members.error}
          onRetry={() => void members.refetch()}
        />
      ) : (
        <Members members={members.data} manages={manages} />
      )}
      {adding && (
        <AddMemberDialog
          projectId={project.id}
          members={members.data ?? []}
          onClose={() => setAdding(false)}
        />
      )}
    </Page>
  );
}

function Outside({ projectId }: { projectId: string }) {
  const me = useMe();
  const join = useSetMember(projectId);
  return (
    <div className="mb-5">
      <Note
        action={
          <Button
            size="sm"
            busy={join.isPending}
            onClick={() =>
              join.mutate(
                { userId: me.id, role: 'admin' },
                { onError: (error) => toast.error(error.message) },
              )
            }
          >
            {words.join}
          </Button>
        }
      >
        {words.outside}
      </Note>
    </div>
  );
}

type MembersProps = { members: ProjectMember[] | undefined; manages: boolean };

function Members({ members, manages }: MembersProps) {
  const me = useMe();
  const [leaving, setLeaving] = useState<ProjectMember | null>(null);
  if (!members) return <Skeleton className="h-40 w-full" />;
  return (
    <>
      <ul aria-label={words.title} className="border-t border-line">
        {members.map((member) => (
          <MemberRow
            key={member.user_id}
            member={member}
            self={member.user_id === me.id}
            manages={manages}
            onRemove={() => setLeaving(member)}
          />
        ))}
      </ul>
      {leaving && <RemoveDialog member={leaving} onClose={() => setLeaving(null)} />}
    </>
  );
}

function RemoveDialog({ member, onClose }: { member: ProjectMember; onClose: () => void }) {
  const project = useProject();
  const self = useMe().id === member.user_id;
  const navigate = useNavigate();
  const remove = useRemoveMember(project.id);
  const done = () => {
    onClose();
    if (self) void navigate({ to: '/projects' });
    else toast(words.removed(member.name));
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={self ? words.leaveTitle : words.removeTitle(member.name)}
      confirmLabel={self ? words.leave : words.removeConfirm}
      busy={remove.isPending}
      onConfirm={() =>
        remove.mutate(member.user_id, {
          onSuccess: done,
          onError: (error) => toast.error(error.message),
        })
      }
    >
      {self ? words.leaveBody : words.removeBody}
    </ConfirmDialog>
  );
}
