import { useSyncExternalStore } from 'react';

export type Theme = 'light' | 'dark' | 'system';
export type Density = 'comfortable' | 'compact';

type Preferences = { theme: Theme; density: Density; shortcuts: boolean; rail: boolean };

// The script in index.html reads the first two keys before the first paint.
const KEYS = {
  theme: 'orbiter-theme',
  density: 'orbiter-density',
  shortcuts: 'orbiter-shortcuts',
  rail: 'orbiter-rail',
} as const;

const DARK = '(prefers-color-scheme: dark)';
const listeners = new Set<() => void>();
let current: Preferences | null = null;

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    // Storage may be blocked; the choice then lives as long as the page.
    return null;
  }
}

function read(): Preferences {
  const theme = stored(KEYS.theme);
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    density: stored(KEYS.density) === 'compact' ? 'compact' : 'comfortable',
    shortcuts: stored(KEYS.shortcuts) !== 'off',
    rail: stored(KEYS.rail) === 'on',
  };
}

function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // See `stored`.
  }
}

export function getPreferences(): Preferences {
  current ??= read();
  return current;
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...getPreferences(), ...change };
  write(KEYS.theme, current.theme === 'system' ? null : current.theme);
  write(KEYS.density, current.density === 'compact' ? 'compact' : null);
  write(KEYS.shortcuts, current.shortcuts ? null : 'off');
  write(KEYS.rail, current.rail ? 'on' : null);
  apply();
  for (const listener of listeners) listener();
}

/** The theme on screen now: `system` resolved. */
export function shownTheme(): 'light' | 'dark' {
  const { theme } = getPreferences();
  if (theme !== 'system') return theme;
  return window.matchMedia(DARK).matches ? 'dark' : 'light';
}

function apply(): void {
  const { dataset } = document.documentElement;
  dataset.theme = shownTheme();
  if (getPreferences().density === 'compact') dataset.density = 'compact';
  else delete dataset.density;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, getPreferences);
}

/** Keeps the page in step with the system's theme and with other tabs. Called once at start. */
export function watchPreferences(): void {
  window.matchMedia(DARK).addEventListener('change', apply);
  window.addEventListener('storage', () => {
    current = null;
    apply();
    for (const listener of listeners) listener();
  });
}
