import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { cx } from '../cx';
import { Icon } from '../icon/icon';
import { messages } from '../messages';

/** Stands last in a dialog's order, so that the first field is what gets the focus. */
export function CloseButton({ className }: { className?: string }) {
  return (
    <Dialog.Close
      aria-label={messages.close}
      className={cx(
        'grid size-7 place-items-center rounded-md text-fg-3 hover:bg-hover hover:text-fg max-md:size-10',
        className,
      )}
    >
      <Icon icon={X} />
    </Dialog.Close>
  );
}
