import { type ReactNode, useId } from 'react';
import { Checkbox } from '@/ui';

export function Group({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-4 border-t border-line pt-6">
      <h2 id={id} className="heading">
        {title}
      </h2>
      {children}
    </section>
  );
}

type ChoiceProps = {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: string;
  hint: string;
};

export function Choice({ checked, onChange, label, hint }: ChoiceProps) {
  return (
    <div className="flex flex-col gap-1">
      <Checkbox checked={checked} onCheckedChange={onChange}>
        {label}
      </Checkbox>
      <p className="meta pl-6 text-fg-3">{hint}</p>
    </div>
  );
}
