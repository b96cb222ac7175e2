import { Toaster as Sonner, toast as sonner } from 'sonner';
import { cx } from '../cx';
import { messages } from '../messages';

type Action = { label: string; onClick: () => void };

function show(message: string, options: { action?: Action; duration?: number } = {}): void {
  sonner(message, options);
}

/** One line and at most one action, bottom right. Never for validation. */
export const toast = Object.assign(show, {
  /** What was done can be taken back for 8 s. */
  undo(message: string, onUndo: () => void): void {
    show(message, { action: { label: messages.undo, onClick: onUndo }, duration: 8_000 });
  },
  /** Stays until dismissed. */
  error(message: string, action?: Action): void {
    sonner.error(message, { action, duration: Number.POSITIVE_INFINITY, closeButton: true });
  },
});

const BOX =
  'flex w-full items-center gap-3 rounded-lg border border-line-strong bg-raised px-3.5 py-2.5 text-sm text-fg shadow-md font-sans';

export function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      visibleToasts={3}
      duration={5_000}
      gap={8}
      // Clear of a panel's footer, and of the bar at the bottom of a phone.
      offset={{ bottom: 72, right: 24 }}
      mobileOffset={{ bottom: 66 }}
      style={{ zIndex: 'var(--o-z-toast)' }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast: BOX,
          title: 'flex-1',
          content: 'flex-1',
          icon: 'hidden',
          actionButton: cx('link font-medium', 'ml-auto flex-none min-h-6'),
          closeButton:
            'order-last text-fg-3 hover:text-fg flex-none size-6 grid place-items-center',
        },
      }}
    />
  );
}
