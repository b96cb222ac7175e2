import type { ReactNode } from 'react';
import type { DraftField } from '../model/draft';

export interface SectionProps {
  title: string;
  body: string;
  /** Under the sentence: a button. */
  aside?: ReactNode;
  children: ReactNode;
}

/** One part of the form: what it is about on the left, the controls on the right. */
export function Section({ title, body, aside, children }: SectionProps) {
  return (
    <section className="grid grid-cols-[156px_minmax(0,1fr)] gap-7 border-b border-line py-6 last:border-0 max-md:grid-cols-1 max-md:gap-3 max-md:py-5">
      <div>
        <h2 className="text-sm leading-[22px] font-semibold">{title}</h2>
        <p className="meta mt-[3px] text-fg-3">{body}</p>
        {aside && <div className="mt-2.5">{aside}</div>}
      </div>
      <div className="flex min-w-0 flex-col gap-3.5">{children}</div>
    </section>
  );
}

export function fieldId(field: DraftField): string {
  return `agent-${field}`;
}

/** Marks where a field's control is, so that the list of problems can lead to it. */
export function FieldAnchor({ field, children }: { field: DraftField; children: ReactNode }) {
  return <div id={fieldId(field)}>{children}</div>;
}

export function focusField(field: DraftField): void {
  const place = document.getElementById(fieldId(field));
  place?.querySelector<HTMLElement>('input, textarea, button')?.focus();
}
