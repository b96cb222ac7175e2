import { useId } from 'react';
import { diffLines } from '@/shared/line-diff';
import { cx } from '@/ui';
import { messages } from '../messages';
import { estimateTokens } from '../model/tokens';

const words = messages.instructions;

export interface InstructionsEditorProps {
  value: string;
  /** What is saved: lines that are not in it are marked. */
  saved: string;
  onChange: (value: string) => void;
  error?: string;
  readOnly?: boolean;
}

/** Prose with line numbers. A copy of the text behind the field gives each number the height of its wrapped line. */
export function InstructionsEditor(props: InstructionsEditorProps) {
  const { value, saved, onChange, error, readOnly } = props;
  const note = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <div
        className={cx(
          'overflow-hidden rounded-md border bg-raised focus-within:border-focus focus-within:shadow-[0_0_0_3px_color-mix(in_oklab,var(--o-focus)_22%,transparent)]',
          error ? 'border-danger' : 'border-line-control',
        )}
      >
        <div className="flex h-9 items-center border-b border-line bg-sunken px-3">
          <span className="meta ml-auto text-fg-3">{words.tokens(estimateTokens(value))}</span>
        </div>
        <div className="scroll-thin max-h-[560px]">
          <div className="grid min-h-[176px] text-[13.5px] leading-[22px] [&>*]:col-start-1 [&>*]:row-start-1">
            <NumberedLines value={value} saved={saved} />
            <textarea
              aria-label={words.label}
              aria-invalid={error ? true : undefined}
              aria-describedby={error ? note : undefined}
              placeholder={words.placeholder}
              readOnly={readOnly}
              value={value}
              onChange={(event) => onChange(event.target.value)}
              className="relative size-full resize-none overflow-hidden bg-transparent py-2.5 pr-4 pl-11 break-words whitespace-pre-wrap outline-none placeholder:text-fg-3"
            />
          </div>
        </div>
      </div>
      {error && (
        <p id={note} className="meta text-danger-text">
          {error}
        </p>
      )}
    </div>
  );
}

function NumberedLines({ value, saved }: { value: string; saved: string }) {
  const lines = diffLines(saved, value).filter((line) => line.kind !== 'removed');
  return (
    <ol aria-hidden="true" className="py-2.5 [counter-reset:line]">
      {lines.map((line, index) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its number
          key={index}
          className={cx(
            'relative min-h-[22px] pr-4 pl-11 break-words whitespace-pre-wrap text-transparent [counter-increment:line] before:absolute before:left-0 before:w-[30px] before:text-right before:font-mono before:text-2xs before:leading-[22px] before:text-fg-3 before:content-[counter(line)]',
            line.kind === 'added' &&
              'bg-[var(--o-diff-add)] after:absolute after:inset-y-0 after:left-0 after:w-0.5 after:bg-success',
          )}
        >
          {line.text}
        </li>
      ))}
    </ol>
  );
}
