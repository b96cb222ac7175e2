import type { ReactNode } from 'react';

type SettingRowProps = {
  id: string;
  label: string;
  hint: string;
  /** The hint says what is wrong. */
  tone?: 'danger';
  children: ReactNode;
};

/** What it is on the left, the choice on the right; the control names itself by `id`. */
export function SettingRow({ id, label, hint, tone, children }: SettingRowProps) {
  return (
    <div className="flex items-center gap-6 border-b border-line py-4 max-md:flex-col max-md:items-start max-md:gap-2">
      <div className="min-w-0 flex-1">
        <p id={id} className="font-medium">
          {label}
        </p>
        <p
          role={tone ? 'alert' : undefined}
          className={tone ? 'meta text-danger-text' : 'meta text-fg-3'}
        >
          {hint}
        </p>
      </div>
      {children}
    </div>
  );
}
