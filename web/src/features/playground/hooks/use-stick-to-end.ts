import {
  type RefObject,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';

const NEAR_PX = 48;
/** What must not move: what the pointer is on, or what the keyboard has reached. */
const HELD = ':is(a, button, pre, textarea):is(:hover, :focus-visible)';

export type StickToEnd = {
  /** The newest is in view, or on its way there. */
  atEnd: boolean;
  onScroll: () => void;
  jump: () => void;
};

/**
 * Keeps the end of a growing list in view until the person scrolls away, or points at something in it. `content` is
 * the element inside `list` that grows.
 */
export function useStickToEnd(
  list: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  conversationId: string | null,
): StickToEnd {
  const [atEnd, setAtEnd] = useState(true);
  const following = useRef(true);

  const follow = () => {
    const element = list.current;
    if (!element) return;
    if (following.current && !isHeld(element)) element.scrollTop = element.scrollHeight;
    setAtEnd(isNearEnd(element));
  };
  const onGrown = useEffectEvent(follow);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation begins at its end
  useLayoutEffect(() => {
    following.current = true;
  }, [conversationId]);

  useEffect(() => {
    if (!content.current) return;
    const observer = new ResizeObserver(() => onGrown());
    observer.observe(content.current);
    return () => observer.disconnect();
  }, [content]);

  return {
    atEnd,
    onScroll() {
      if (!list.current) return;
      following.current = isNearEnd(list.current);
      setAtEnd(following.current);
    },
    jump() {
      following.current = true;
      if (list.current) list.current.scrollTop = list.current.scrollHeight;
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
