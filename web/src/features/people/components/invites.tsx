import { useQuery } from '@tanstack/react-query';
import { Ellipsis, Link2, Trash2 } from 'lucide-react';
import type { Invite, InviteLink } from '@/api';
import { Badge, ErrorState, formatTime, IconButton, Menu, toast } from '@/ui';
import { invitesQuery, useResendInvite, useRevokeInvite } from '../api';
import { messages } from '../messages';

const words = messages.invites;

/** Who was asked to come and has not come yet; nothing at all when there is nobody. */
export function Invites({ onMade }: { onMade: (made: InviteLink) => void }) {
  const { data, error, refetch } = useQuery(invitesQuery);
  if (error) {
    return <ErrorState title={words.failed} error={error} onRetry={() => void refetch()} />;
  }
  if (!data || data.length === 0) return null;
  return (
    <section className="mb-7">
      <h2 className="mb-1 text-md font-semibold">{words.title}</h2>
      <ul>
        {data.map((invite) => (
          <InviteRow key={invite.id} invite={invite} onMade={onMade} />
        ))}
      </ul>
    </section>
  );
}

function InviteRow({ invite, onMade }: { invite: Invite; onMade: (made: InviteLink) => void }) {
  const resend = useResendInvite();
  const revoke = useRevokeInvite();
  const { id, email, role } = invite;
  const failed = () => toast.error(words.actionFailed);
  return (
    <li className="flex min-h-10 items-center gap-3 border-b border-line py-1">
      <span className="flex min-w-0 flex-1 items-center gap-x-3 max-md:flex-wrap">
        <span className="min-w-0 truncate font-medium">{email}</span>
        <Badge>{messages.roles[role]}</Badge>
        <span className="meta min-w-0 truncate text-fg-3 max-md:w-full md:ml-auto">
          {words.by(invite.invited_by)}
          {' · '}
          {invite.status === 'open'
            ? words.open(formatTime(invite.expires_at, new Date()))
            : words.expired}
        </span>
      </span>
      <Menu
        label={words.actions(email)}
        trigger={<IconButton size="sm" icon={Ellipsis} label={words.actions(email)} />}
        items={[
          {
            label: words.resend,
            icon: Link2,
            onSelect: () => resend.mutate(id, { onSuccess: onMade, onError: failed }),
          },
          {
            label: words.revoke,
            icon: Trash2,
            danger: true,
            onSelect: () =>
              revoke.mutate(id, { onSuccess: () => toast(words.revoked(email)), onError: failed }),
          },
        ]}
      />
    </li>
  );
}
