import { useQueryClient } from '@tanstack/react-query';
import { type LinkProps, useNavigate } from '@tanstack/react-router';
import {
  CircleCheck,
  CircleX,
  Ellipsis,
  Info,
  type LucideIcon,
  TriangleAlert,
  UserRoundCheck,
} from 'lucide-react';
import type { Notification, NotificationSettings } from '@/api';
import { useProject } from '@/features/session';
import { cx, Icon, IconButton, Menu, Time, toast } from '@/ui';
import { notificationKeys, useMarkRead, useRemove, useSetMuted } from '../api';
import { messages } from '../messages';

const LOOK: Record<string, [LucideIcon, string]> = {
  info: [Info, 'text-info'],
  success: [CircleCheck, 'text-success'],
  warn: [TriangleAlert, 'text-warn'],
  danger: [CircleX, 'text-danger'],
  waiting: [UserRoundCheck, 'text-waiting'],
};

type Props = { notification: Notification; onOpen: () => void };

/** One notification: the whole row opens what it tells of, and that reads it. */
export function NotificationRow({ notification, onOpen }: Props) {
  const { title, text, severity, count, at, read_at } = notification;
  const navigate = useNavigate();
  const markRead = useMarkRead();
  const link = useTarget(notification);
  const [icon, colour] = LOOK[severity] ?? [Info, 'text-info'];
  const open = () => {
    if (!read_at) markRead.mutate(notification.id);
    if (!link) return;
    onOpen();
    void navigate(link);
  };
  return (
    <li className="relative border-b border-line last:border-b-0">
      <button
        type="button"
        data-row
        onClick={open}
        className="flex w-full items-start gap-2.5 py-2.5 pr-11 pl-4 text-left -outline-offset-2 hover:bg-hover"
      >
        <span className={cx('mt-[3px]', colour)}>
          <Icon icon={icon} />
        </span>
        <span className="min-w-0 flex-1">
          <span className={cx('flex gap-2', read_at ? 'text-fg-2' : 'font-medium')}>
            <span className="min-w-0 break-words">{title}</span>{' '}
            {count > 1 && (
              <span className="flex-none font-normal text-fg-3">{messages.times(count)}</span>
            )}
          </span>
          {text && <span className="meta line-clamp-2 break-words text-fg-3">{text}</span>}
          <span className="meta block text-fg-3">
            <Time at={at} />
          </span>
        </span>
        {!read_at && (
          <span className="absolute top-3.5 right-11 size-[7px] rounded-full bg-waiting">
            <span className="sr-only">{messages.isUnread}</span>
          </span>
        )}
      </button>
      <RowMenu notification={notification} />
    </li>
  );
}

function RowMenu({ notification }: { notification: Notification }) {
  const { id, kind, title, read_at } = notification;
  const markRead = useMarkRead();
  const remove = useRemove();
  const mute = useMute();
  const onError = () => toast.error(messages.actionFailed);
  return (
    <span className="absolute top-1.5 right-2">
      <Menu
        label={messages.actions(title)}
        trigger={<IconButton icon={Ellipsis} size="sm" label={messages.actions(title)} />}
        items={[
          {
            label: messages.markRead,
            disabled: read_at !== null,
            onSelect: () => markRead.mutate(id, { onError }),
          },
          { label: messages.remove, onSelect: () => remove.mutate(id, { onError }) },
          'separator',
          { label: messages.mute, onSelect: () => mute(kind) },
        ]}
      />
    </span>
  );
}

function useMute(): (kind: string) => void {
  const client = useQueryClient();
  const set = useSetMuted();
  return (kind) => {
    const muted = client.getQueryData<NotificationSettings>(notificationKeys.settings)?.muted ?? [];
    set.mutate([...muted, kind], {
      onSuccess: () => toast(messages.muted(messages.kind(kind))),
      onError: () => toast.error(messages.actionFailed),
    });
  };
}

/** Where it leads; null for what has no page. */
function useTarget({ entity_type, entity_id, project_id }: Notification): LinkProps | null {
  const current = useProject();
  const project = project_id ?? current.id;
  if (entity_type === 'run' && entity_id)
    return { to: '/p/$project/runs/$run', params: { project, run: entity_id } };
  if (entity_type === 'conversation' && entity_id)
    return { to: '/p/$project/playground/{-$thread}', params: { project, thread: entity_id } };
  if (entity_type === 'agent' && entity_id)
    return { to: '/p/$project/agents/$agent', params: { project, agent: entity_id } };
  if (entity_type?.startsWith('provider'))
    return { to: '/p/$project/settings/providers', params: { project } };
  return null;
}
