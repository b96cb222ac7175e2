import { useSignOut } from '@/features/session';
import { toast } from '@/ui';
import { messages } from '../messages';

export function useLeave(): () => void {
  return useSignOut(() => toast.error(messages.signOutFailed));
}
