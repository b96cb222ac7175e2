import { Dialog as Primitive } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { cx } from '../cx';
import { CloseButton } from '../dialog/close-button';
import { ConfirmDialog } from '../dialog/confirm-dialog';
import { useFocusReturn } from '../dialog/use-focus-return';
import { messages } from '../messages';

export type SheetProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** Right of the title: a badge. */
  status?: ReactNode;
  children: ReactNode;
  /** Stays at the bottom; destructive left, save right. */
  footer?: ReactNode;
  /** There are changes: Esc and an outside click ask first. */
  dirty?: boolean;
  width?: 'narrow' | 'wide';
  flush?: boolean;
};

/** From the right, for create and edit beside a list. */
export function Sheet(props: SheetProps) {
  const [asking, setAsking] = useState(false);
  const close = (open: boolean) => {
    if (!open && props.dirty) setAsking(true);
    else props.onOpenChange(open);
  };
  return (
    <Primitive.Root open={props.open} onOpenChange={close}>
      <Primitive.Portal>
        <Primitive.Overlay className="o-scrim fixed inset-0 z-(--o-z-drawer) bg-scrim" />
        <Primitive.Content
          {...useFocusReturn(props.open)}
          aria-describedby={undefined}
          className={cx(
            'o-sheet fixed inset-y-0 right-0 z-(--o-z-drawer) flex w-full flex-col border-l border-line bg-surface shadow-lg outline-none',
            props.width === 'wide' ? 'max-w-[560px]' : 'max-w-[424px]',
          )}
        >
          <header className="flex h-14 flex-none items-center gap-2.5 border-b border-line pr-14 pl-5">
            <Primitive.Title className="heading min-w-0 truncate">{props.title}</Primitive.Title>
            {props.status}
          </header>
          <div className={cx('scroll-thin flex flex-1 flex-col', !props.flush && 'gap-5 p-5')}>
            {props.children}
          </div>
          {props.footer && (
            <footer className="flex flex-none items-center gap-2 border-t border-line px-5 py-3">
              {props.footer}
            </footer>
          )}
          <CloseButton className="absolute top-3.5 right-3.5 max-md:top-2" />
        </Primitive.Content>
      </Primitive.Portal>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={messages.discardTitle}
        confirmLabel={messages.discard}
        cancelLabel={messages.keepEditing}
        onConfirm={() => {
          setAsking(false);
          props.onOpenChange(false);
        }}
      >
        {messages.discardBody}
      </ConfirmDialog>
    </Primitive.Root>
  );
}
