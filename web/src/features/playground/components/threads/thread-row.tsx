import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Ellipsis, Pencil, Trash2, UsersRound } from 'lucide-react';
import { useState } from 'react';
import type { Conversation } from '@/api';
import { cx, Icon, IconButton, Menu, OrbitRing, toast } from '@/ui';
import { deleteConversation, keys, restoreConversation } from '../../api';
import { messages } from '../../messages';
import { RenameDialog } from './rename-dialog';

type ThreadRowProps = {
  thread: Conversation;
  projectId: string;
  current: boolean;
  canWrite: boolean;
  onFollow: () => void;
  onDeleted: () => void;
  onRestored: () => void;
};

export function ThreadRow(props: ThreadRowProps) {
  const { thread, projectId, current, canWrite, onFollow } = props;
  const [renaming, setRenaming] = useState(false);
  const remove = useRemove(props);
  const title = thread.title || messages.untitled;
  return (
    <li className="group relative">
      <Link
        to="/p/$project/playground/{-$thread}"
        params={{ project: projectId, thread: thread.id }}
        onClick={onFollow}
        aria-current={current ? 'true' : undefined}
        className={cx(
          'flex h-8 items-center gap-2 rounded-md px-2 max-md:h-10',
          canWrite && 'pr-8 max-md:pr-11',
          current ? 'bg-active font-strong text-fg' : 'text-fg-2 hover:bg-hover',
        )}
      >
        <span className="min-w-0 truncate">{title}</span>
        {thread.sharing && (
          <span
            className="flex-none text-fg-3"
            title={messages.sharedBy(thread.sharing.owner_name)}
          >
            <Icon icon={UsersRound} size={12} />
            <span className="sr-only">{messages.sharedThread}</span>
          </span>
        )}
        {thread.active_run_id && (
          <span className="flex-none text-running">
            <OrbitRing size={12} />
            <span className="sr-only">{messages.running}</span>
          </span>
        )}
      </Link>
      {canWrite && (
        <Menu
          label={messages.actionsFor(title)}
          trigger={
            <IconButton
              size="sm"
              icon={Ellipsis}
              label={messages.actionsFor(title)}
              className="absolute! top-1 right-1 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 data-[state=open]:opacity-100 max-lg:opacity-100 max-md:top-0 max-md:right-0"
            />
          }
          items={[
            { label: messages.rename, icon: Pencil, onSelect: () => setRenaming(true) },
            { label: messages.delete, icon: Trash2, danger: true, onSelect: remove },
          ]}
        />
      )}
      {renaming && <RenameDialog thread={thread} onClose={() => setRenaming(false)} />}
    </li>
  );
}

/** Deletes at once and offers to take it back. */
function useRemove({ thread, onDeleted, onRestored }: ThreadRowProps): () => void {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: keys.lists });
  const restore = () =>
    restoreConversation(thread.id).then(
      () => {
        void refresh();
        onRestored();
      },
      () => toast.error(messages.restoreFailed),
    );
  return () => {
    deleteConversation(thread.id).then(
      () => {
        onDeleted();
        void refresh();
        toast.undo(messages.deleted(thread.title || messages.untitled), () => void restore());
      },
      () => toast.error(messages.deleteFailed),
    );
  };
}
