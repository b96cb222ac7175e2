import { lazy, Suspense } from 'react';
import type { ExternalToast } from 'sonner';
import { messages } from '../messages';

type Action = { label: string; onClick: () => void };

/** Fetched once the page stands: nobody is told anything before. */
const Shown = lazy(() => import('./toaster'));

function show(message: string, options: ExternalToast = {}): void {
  void import('sonner').then(({ toast }) => toast(message, options));
}

/** One line and at most one action, bottom right. Never for validation. */
export const toast = Object.assign(
  (message: string, options: { action?: Action; duration?: number } = {}) => show(message, options),
  {
    /** What was done can be taken back for 8 s. */
    undo(message: string, onUndo: () => void): void {
      show(message, { action: { label: messages.undo, onClick: onUndo }, duration: 8_000 });
    },
    /** Stays until dismissed. */
    error(message: string, action?: Action): void {
      void import('sonner').then(({ toast }) =>
        toast.error(message, { action, duration: Number.POSITIVE_INFINITY, closeButton: true }),
      );
    },
  },
);

export function Toaster() {
  return (
    <Suspense>
      <Shown />
    </Suspense>
  );
}
