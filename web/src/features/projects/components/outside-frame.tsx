import type { ReactNode } from 'react';
import { Mark, useWorkspaceName } from '@/ui';

/** For somebody in no project: there is nothing that a menu could lead to. */
export function OutsideFrame({ children }: { children: ReactNode }) {
  const workspace = useWorkspaceName();
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[860px] flex-col bg-surface">
      <p className="inline-flex items-center gap-2 px-8 pt-7 font-semibold max-md:px-4">
        <Mark />
        {workspace}
      </p>
      {children}
    </main>
  );
}
