import { Field, Textarea } from '@/ui';
import { messages } from '../messages';
import { readJson } from '../model/json-text';

export interface JsonFieldProps {
  label: string;
  hint: string;
  value: string;
  onChange: (value: string) => void;
  /** Shows what is wrong with the text; before the first try to send it stays quiet. */
  checked: boolean;
  rows?: number;
}

/** A JSON value typed by hand. */
export function JsonField({ label, hint, value, onChange, checked, rows = 6 }: JsonFieldProps) {
  const wrong = checked && readJson(value) === undefined;
  return (
    <Field label={label} hint={hint} error={wrong ? messages.resume.notJson : null}>
      <Textarea
        mono
        rows={rows}
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
