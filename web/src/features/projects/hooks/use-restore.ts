import type { Project } from '@/api';
import { toast } from '@/ui';
import { useRestoreProject } from '../api';
import { messages } from '../messages';

/** Brings a deleted project back and says so. */
export function useRestore({ id, name }: Pick<Project, 'id' | 'name'>) {
  const { mutateAsync, isPending } = useRestoreProject();
  // Its promise, not its callbacks: Undo is pressed when the row is no more.
  const restore = () =>
    void mutateAsync(id).then(
      () => toast(messages.restored(name)),
      () => toast.error(messages.restoreFailed),
    );
  return { restore, restoring: isPending };
}
