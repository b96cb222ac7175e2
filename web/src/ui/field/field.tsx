import { CircleAlert } from 'lucide-react';
import { type ReactNode, useId, useMemo } from 'react';
import { cx } from '../cx';
import { Icon } from '../icon/icon';
import { messages } from '../messages';
import { FieldContext } from './field-context';

export type FieldProps = {
  label: ReactNode;
  hint?: ReactNode;
  /** Replaces the hint. */
  error?: string | null;
  optional?: boolean;
  /** Right end of the label line, for a value or a link. */
  aside?: ReactNode;
  hideLabel?: boolean;
  className?: string;
  children: ReactNode;
};

/** Label above, hint or error below, wired to the control inside by id. */
export function Field(props: FieldProps) {
  const { label, hint, error, optional, aside, hideLabel, className, children } = props;
  const id = useId();
  const hasNote = Boolean(error ?? hint);
  const wiring = useMemo(
    () => ({ id, describedBy: hasNote ? `${id}-note` : undefined, invalid: Boolean(error) }),
    [id, hasNote, error],
  );
  return (
    <FieldContext value={wiring}>
      <div className={cx('flex min-w-0 flex-col gap-1.5', className)}>
        <div className={cx('flex items-baseline gap-1.5', hideLabel && 'sr-only')}>
          <label htmlFor={id} className="text-sm font-medium">
            {label}
          </label>
          {optional && <span className="meta text-fg-3">{messages.optional}</span>}
          {aside && <span className="meta ml-auto text-fg-3">{aside}</span>}
        </div>
        {children}
        {error ? (
          <p id={`${id}-note`} className="meta flex gap-1.5 text-danger-text">
            <Icon icon={CircleAlert} size={12} className="mt-[3px]" />
            {error}
          </p>
        ) : (
          hint && (
            <p id={`${id}-note`} className="meta text-fg-3">
              {hint}
            </p>
          )
        )}
      </div>
    </FieldContext>
  );
}
