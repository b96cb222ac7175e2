import type { ComponentPropsWithRef } from 'react';
import { cx } from '../cx';
import { useFieldControl } from '../field/field-context';

export type TextareaProps = ComponentPropsWithRef<'textarea'> & {
  mono?: boolean;
  /** Grows with its text up to `max-height` (set by class). */
  autoGrow?: boolean;
};

export function Textarea({ mono, autoGrow, className, ...rest }: TextareaProps) {
  const field = useFieldControl();
  return (
    <textarea
      rows={3}
      {...field}
      {...rest}
      className={cx(
        'control block py-1.5',
        mono && 'font-mono text-xs',
        autoGrow ? 'field-sizing-content resize-none' : 'resize-y',
        className,
      )}
    />
  );
}
