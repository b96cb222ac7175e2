import { type ReactNode, useRef, useState } from 'react';
import { Button } from '../button/button';
import { Field } from '../field/field';
import { Input } from '../input/input';
import { messages } from '../messages';
import { Dialog } from './dialog';

export type ConfirmDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** “Delete Support desk?” */
  title: string;
  /** What is lost, with counts, and what uses it. */
  children: ReactNode;
  /** Verb + object: “Delete provider”. */
  confirmLabel: string;
  cancelLabel?: string;
  onConfirm: () => void;
  busy?: boolean;
  /** Asks to type this name: for what cannot be undone. */
  typeToConfirm?: string;
};

/** For what destroys. When it can be undone, do it and `toast.undo` instead. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  const [typed, setTyped] = useState('');
  const blocked = props.typeToConfirm !== undefined && typed !== props.typeToConfirm;
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={props.title}
      description={props.children}
      width="confirm"
      initialFocus={cancel}
      footer={
        <>
          <Button ref={cancel} onClick={() => props.onOpenChange(false)}>
            {props.cancelLabel ?? messages.cancel}
          </Button>
          <Button
            variant="danger-solid"
            busy={props.busy}
            disabled={blocked}
            onClick={props.onConfirm}
          >
            {props.confirmLabel}
          </Button>
        </>
      }
    >
      {props.typeToConfirm !== undefined && (
        <Field label={messages.typeToConfirm(props.typeToConfirm)}>
          <Input value={typed} onChange={(event) => setTyped(event.target.value)} />
        </Field>
      )}
    </Dialog>
  );
}
