import { type KeyboardEvent, useRef, useState } from 'react';

const MOVES: Record<string, (at: number, last: number) => number> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  j: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  k: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_at, last) => last,
};

/** One tab stop for the whole list; the keys move it from link to link. */
export function useRovingRows(count: number) {
  const [active, setActive] = useState(0);
  const links = useRef(new Map<number, HTMLAnchorElement>());
  const at = Math.min(active, Math.max(count - 1, 0));

  const onKeyDown = (event: KeyboardEvent) => {
    const move = MOVES[event.key];
    const onLink = [...links.current.values()].includes(event.target as HTMLAnchorElement);
    if (!move || !onLink || event.metaKey || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    links.current.get(move(at, count - 1))?.focus();
  };

  const row = (index: number) => ({
    tabIndex: index === at ? 0 : -1,
    onFocus: () => setActive(index),
    ref: (element: HTMLAnchorElement | null) => {
      if (element) links.current.set(index, element);
      else links.current.delete(index);
    },
  });

  return { container: { onKeyDown }, row };
}

export type RovingLinkProps = ReturnType<ReturnType<typeof useRovingRows>['row']>;
