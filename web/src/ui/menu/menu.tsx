import { Slot } from 'radix-ui';
import {
  type KeyboardEvent,
  lazy,
  type PointerEvent,
  Suspense,
  type SyntheticEvent,
  useRef,
  useState,
} from 'react';
import type { MenuProps } from './types';

/** Fetched once the page stands. */
const Root = lazy(() => import('./menu-root'));
const OPENS = ['Enter', ' ', 'ArrowDown'];

/**
 * The button stands at once; pressed before the rest has come, it opens as soon as that is there. The button of the menu
 * that takes its place takes the focus over too.
 */
export function Menu(props: MenuProps) {
  const [asked, setAsked] = useState(false);
  const focused = useRef(false);
  // As the menu itself does: what was pressed must not take the focus back from it.
  const ask = (event: SyntheticEvent) => {
    event.preventDefault();
    setAsked(true);
  };
  const waiting = (
    <Slot.Root
      aria-haspopup="menu"
      aria-expanded={false}
      onFocus={() => {
        focused.current = true;
      }}
      onBlur={() => {
        focused.current = false;
      }}
      onPointerDown={(event: PointerEvent) => event.button === 0 && !event.ctrlKey && ask(event)}
      onKeyDown={(event: KeyboardEvent) => OPENS.includes(event.key) && ask(event)}
    >
      {props.trigger}
    </Slot.Root>
  );
  return (
    <Suspense fallback={waiting}>
      <Root {...props} startsOpen={asked} focused={focused} />
    </Suspense>
  );
}
