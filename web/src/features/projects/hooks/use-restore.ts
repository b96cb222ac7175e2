import type { Project } from '@/api';
import { toast } from '@/ui';
import { useRestoreProject } from '../api';
import { messages } from '../messages';

/** Brings a deleted project back and says so. */
export function useRestore({ id, name }: Pick<Project, 'id' | 'name'>) {
  const { mutate, isPending } = useRestoreProject();
  const restore = () =>
    mutate(id, {
      onSuccess: () => toast(messages.restored(name)),
      onError: () => toast.error(messages.restoreFailed),
    });
  return { restore, restoring: isPending };
}
