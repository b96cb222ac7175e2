import { useSignOut } from '@/features/session';
import { toast } from '@/ui';
import { messages } from '../messages';

/** Signs out and leaves for the door. */
export function useLeave(): () => void {
  const signOut = useSignOut();
  return () =>
    signOut.mutate(undefined, {
      // A new document drops everything that the session had loaded, in memory too.
      onSuccess: () => window.location.assign('/login'),
      onError: () => toast.error(messages.signOutFailed),
    });
}
