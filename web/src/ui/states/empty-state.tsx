import type { ReactNode } from 'react';

export type EmptyStateProps = {
  /** States the fact: “No agents yet”. */
  title: string;
  /** One sentence: what it is for. */
  children?: ReactNode;
  /** One primary action. */
  action?: ReactNode;
  /** One secondary link. */
  secondary?: ReactNode;
  /** `h1` where it is the whole page. */
  as?: 'h1' | 'h2';
};

export function EmptyState({
  title,
  children,
  action,
  secondary,
  as: Title = 'h2',
}: EmptyStateProps) {
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-2 px-6 py-14 text-center">
      <Title tabIndex={-1} className="display text-display-sm outline-none">
        {title}
      </Title>
      {children && <p className="text-base text-fg-3 text-balance">{children}</p>}
      {(action || secondary) && (
        <div className="mt-4 flex flex-wrap items-center justify-center gap-4">
          {action}
          {secondary}
        </div>
      )}
    </div>
  );
}
