import { useBlocker } from '@tanstack/react-router';
import { ConfirmDialog } from '@/ui';
import { messages } from '../messages';

const words = messages.leave;

/** Asks before unsaved changes are left behind, in the app and when the tab closes. */
export function LeaveGuard({ changes, onDiscard }: { changes: number; onDiscard: () => void }) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => changes > 0 && current.pathname !== next.pathname,
    enableBeforeUnload: () => changes > 0,
    withResolver: true,
  });
  return (
    <ConfirmDialog
      open={blocker.status === 'blocked'}
      onOpenChange={(open) => !open && blocker.reset?.()}
      title={words.title}
      confirmLabel={words.leave}
      cancelLabel={words.stay}
      onConfirm={() => {
        onDiscard();
        blocker.proceed?.();
      }}
    >
      {words.body(changes)}
    </ConfirmDialog>
  );
}
