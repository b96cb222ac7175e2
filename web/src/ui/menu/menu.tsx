import { Slot } from 'radix-ui';
import { type KeyboardEvent, lazy, Suspense, useState } from 'react';
import type { MenuProps } from './types';

/** Fetched once the page stands. */
const Root = lazy(() => import('./menu-root'));
const OPENS = ['Enter', ' ', 'ArrowDown'];

/** The button stands at once; pressed before the rest has come, it opens as soon as that is there. */
export function Menu(props: MenuProps) {
  const [asked, setAsked] = useState(false);
  const ask = () => setAsked(true);
  const waiting = (
    <Slot.Root
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerDown={ask}
      onKeyDown={({ key }: KeyboardEvent) => OPENS.includes(key) && ask()}
    >
      {props.trigger}
    </Slot.Root>
  );
  return (
    <Suspense fallback={waiting}>
      <Root {...props} startsOpen={asked} />
    </Suspense>
  );
}
