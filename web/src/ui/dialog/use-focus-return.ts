import { useCallback, useEffect, useState } from 'react';

type Origin = { element: HTMLElement | null; before: Origin | null };

const NOWHERE: Origin = { element: null, before: null };

/** Of each dialog that is open: where the focus was before it. */
const origins = new WeakMap<Element, Origin>();

/**
 * Gives the focus back to what opened a dialog. Radix does so only for a `Trigger`, and ours are opened by state.
 * When the opener is gone (the form before this dialog, a deleted row), it goes to what opened that, else to the page.
 */
export function useFocusReturn(open: boolean) {
  const [wasOpen, setWasOpen] = useState(false);
  const [origin, setOrigin] = useState<Origin>(NOWHERE);
  // While it is rendered, since the dialog itself comes later, when the one before it is gone.
  if (open !== wasOpen) {
    setWasOpen(open);
    if (open) setOrigin(originNow());
  }
  const register = useCallback(
    (content: HTMLElement | null) => {
      if (content) origins.set(content, origin);
    },
    [origin],
  );
  const onCloseAutoFocus = (event: Event) => {
    event.preventDefault();
    giveBack(origin);
  };
  return { ref: register, onCloseAutoFocus };
}

/** The same for what is no dialog: it gives the focus back when it goes. */
export function useFocusReturnAfter() {
  const [origin] = useState(originNow);
  useEffect(
    () => () => {
      setTimeout(() => giveBack(origin));
    },
    [origin],
  );
}

function originNow(): Origin {
  const element = opener(document.activeElement);
  const dialog = element?.closest('[role="dialog"]');
  return { element, before: (dialog && origins.get(dialog)) ?? null };
}

/** A menu's item is gone when its dialog closes; the menu's button is not. */
function opener(focused: Element | null): HTMLElement | null {
  const menu = focused?.closest('[role="menu"]');
  const controls = [...document.querySelectorAll('[aria-controls]')];
  const found = menu
    ? controls.find((one) => one.getAttribute('aria-controls') === menu.id)
    : focused;
  return found instanceof HTMLElement && found !== document.body ? found : null;
}

function giveBack(origin: Origin) {
  // What took the focus meanwhile keeps it: a dialog that follows this one, the title of a page that was opened.
  if (document.activeElement !== document.body) return;
  for (let at: Origin | null = origin; at; at = at.before) {
    if (at.element?.isConnected) return at.element.focus();
  }
  document.querySelector<HTMLElement>('main')?.focus();
}
