import { Dialog as Primitive } from 'radix-ui';
import type { ReactNode, RefObject } from 'react';
import { cx } from '../cx';
import { CloseButton } from './close-button';
import { useFocusReturn } from './use-focus-return';

export type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  width?: 'confirm' | 'dialog' | 'wide';
  /** Takes the focus instead of the first field. */
  initialFocus?: RefObject<HTMLElement | null>;
  /** Only its own buttons close it: for what cannot be shown again. */
  lasting?: boolean;
};

const WIDTH = { confirm: 'max-w-[420px]', dialog: 'max-w-[480px]', wide: 'max-w-[720px]' };

export function Dialog(props: DialogProps) {
  const {
    open,
    onOpenChange,
    title,
    description,
    children,
    footer,
    width = 'dialog',
    lasting,
  } = props;
  return (
    <Primitive.Root open={open} onOpenChange={(next) => (next || !lasting) && onOpenChange(next)}>
      <Primitive.Portal>
        <Primitive.Overlay className="o-scrim fixed inset-0 z-(--o-z-dialog) grid place-items-center overflow-y-auto bg-scrim p-4">
          <Primitive.Content
            {...useFocusReturn(open)}
            {...(description ? {} : { 'aria-describedby': undefined })}
            onOpenAutoFocus={(event) => {
              if (!props.initialFocus?.current) return;
              event.preventDefault();
              props.initialFocus.current.focus();
            }}
            className={cx(
              'o-dialog relative flex w-full min-w-0 flex-col rounded-xl border border-line-strong bg-raised shadow-lg outline-none',
              WIDTH[width],
            )}
          >
            <Primitive.Title className="px-5 pt-4 pr-14 text-lg font-strong tracking-[-0.011em]">
              {title}
            </Primitive.Title>
            <div className={cx('flex flex-col gap-4 px-5 pb-5', description ? 'pt-1.5' : 'pt-3.5')}>
              {description && (
                <Primitive.Description asChild>
                  <div className="text-fg-2">{description}</div>
                </Primitive.Description>
              )}
              {children}
            </div>
            {footer && (
              <footer className="flex items-center justify-end gap-2 border-t border-line px-5 py-3">
                {footer}
              </footer>
            )}
            {!lasting && (
              <CloseButton className="absolute top-3.5 right-3.5 max-md:top-2 max-md:right-2" />
            )}
          </Primitive.Content>
        </Primitive.Overlay>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
