import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

const NEAR_PX = 48;
/** What must not move while the pointer is on it. */
const HELD = 'a:hover, button:hover, pre:hover, summary:hover, textarea:hover';

export type StickToEnd = {
  /** The newest is in view, or on its way there. */
  atEnd: boolean;
  onScroll: () => void;
  jump: () => void;
};

/** Keeps the end of a growing list in view until the person scrolls away, or points at something in it. */
export function useStickToEnd(
  list: RefObject<HTMLElement | null>,
  content: unknown,
  conversationId: string | null,
): StickToEnd {
  const [atEnd, setAtEnd] = useState(true);
  const shown = useRef(conversationId);

  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const opened = shown.current !== conversationId;
    shown.current = conversationId;
    if (opened || (atEnd && !isHeld(element))) element.scrollTop = element.scrollHeight;
    if (content !== null) setAtEnd(opened || isNearEnd(element));
  }, [list, content, conversationId, atEnd]);

  return {
    atEnd,
    onScroll: () => list.current && setAtEnd(isNearEnd(list.current)),
    jump: () => {
      list.current?.scrollTo({ top: list.current.scrollHeight });
      setAtEnd(true);
    },
  };
}

function isNearEnd(element: HTMLElement): boolean {
  return element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
}

function isHeld(element: HTMLElement): boolean {
  const selection = document.getSelection();
  const selecting =
    selection !== null && !selection.isCollapsed && selection.containsNode(element, true);
  return selecting || element.querySelector(HELD) !== null;
}
