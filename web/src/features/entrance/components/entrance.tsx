import type { ReactNode } from 'react';
import { Mark, useWorkspaceName, WindowTitle } from '@/ui';
import { messages } from '../messages';
import { Sky } from './sky';

/** The two halves of sign-in and first run: the sky, and a form. */
export function Entrance({ version, children }: { version?: string; children: ReactNode }) {
  return (
    <div className="grid min-h-dvh grid-cols-[minmax(0,1.08fr)_minmax(0,1fr)] max-lg:grid-cols-2 max-md:grid-cols-1">
      <aside className="relative flex flex-col overflow-hidden px-12 pt-[34px] pb-10 max-md:hidden">
        <Sky />
        <Brand />
        <div className="relative mt-auto max-w-[470px]">
          <p className="display text-display-lg">{messages.headline}</p>
          <p className="mt-3 text-md text-pretty text-fg-2">{messages.pitch}</p>
        </div>
      </aside>
      <main className="flex flex-col border-line bg-surface md:border-l">
        <div className="px-5 pt-5 md:hidden">
          <Brand />
        </div>
        <div className="m-auto w-[min(400px,100%-40px)] py-10">{children}</div>
        <footer className="meta px-8 pb-6 text-fg-3 max-md:px-5">
          {version && messages.version(version)}
        </footer>
      </main>
    </div>
  );
}

function Brand() {
  return (
    <div className="relative flex items-center gap-[9px] text-md font-semibold">
      <Mark size={26} />
      <span className="min-w-0 break-words">{useWorkspaceName()}</span>
    </div>
  );
}

type TitleProps = { title: string; children?: ReactNode };

export function EntranceTitle({ title, children }: TitleProps) {
  return (
    <>
      <WindowTitle page={title} />
      <h1 tabIndex={-1} className="display text-display-md max-md:text-[1.75rem] max-md:leading-8">
        {title}
      </h1>
      {children && <p className="mt-1.5 text-base text-fg-2">{children}</p>}
    </>
  );
}
