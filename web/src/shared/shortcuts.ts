import { useEffect, useEffectEvent } from 'react';
import { getPreferences } from './preferences';

/** `g p` is a sequence, `mod+s` Cmd on a Mac and Ctrl elsewhere, `shift+d`, `[`. */
export type Keys = string;

type Binding = { keys: string[]; run: () => void };

const SEQUENCE_MS = 1_200;
const OPEN_LAYER =
  '[role="dialog"][data-state="open"],[role="alertdialog"][data-state="open"],[role="menu"][data-state="open"],[role="listbox"][data-state="open"]';

const bindings: Binding[] = [];
let pressed: string[] = [];
let pressedAt = 0;

/** The name of a key press as shortcuts write it. */
export function keyName(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.metaKey || event.ctrlKey) return `mod+${key}`;
  const letter = key >= 'a' && key <= 'z' && key.length === 1;
  return event.shiftKey && letter ? `shift+${key}` : key;
}

function inField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input, textarea, select, [role="textbox"]');
}

/** Single keys stay out of text fields, open layers and pages where they are switched off. */
function mayFire(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing || event.repeat || event.altKey) return false;
  if (event.metaKey || event.ctrlKey) return true;
  return (
    getPreferences().shortcuts &&
    !inField(event.target) &&
    document.querySelector(OPEN_LAYER) === null
  );
}

function onKeyDown(event: KeyboardEvent): void {
  if (!mayFire(event)) return;
  const now = event.timeStamp;
  if (now - pressedAt > SEQUENCE_MS) pressed = [];
  pressedAt = now;
  pressed = [...pressed, keyName(event)].slice(-2);
  // The binding added last is the nearest to the person: a page wins over the shell.
  const match = bindings.findLast(({ keys }) =>
    keys.every((key, i) => pressed.at(i - keys.length) === key),
  );
  if (!match) return;
  event.preventDefault();
  pressed = [];
  match.run();
}

function bind(binding: Binding): () => void {
  if (bindings.length === 0) window.addEventListener('keydown', onKeyDown);
  bindings.push(binding);
  return () => {
    bindings.splice(bindings.indexOf(binding), 1);
    if (bindings.length === 0) window.removeEventListener('keydown', onKeyDown);
  };
}

/** Runs `run` on the keys while mounted. */
export function useShortcut(keys: Keys, run: () => void, enabled = true): void {
  const fire = useEffectEvent(run);
  useEffect(() => {
    if (!enabled) return;
    return bind({ keys: keys.split(' '), run: () => fire() });
  }, [keys, enabled]);
}

/** Focuses or presses what the page marks with `aria-keyshortcuts`; a field gets the focus. */
export function activateMarked(key: string): void {
  const marked = document.querySelector<HTMLElement>(`main [aria-keyshortcuts="${key}"]`);
  if (!marked) return;
  if (marked.matches('input, textarea')) marked.focus();
  else marked.click();
}
