import { useSyncExternalStore } from 'react';

export const NARROW = '(max-width: 720px)';
export const WITH_SIDE_PANEL = '(min-width: 1101px)';

export function useMediaQuery(query: string): boolean {
  return useSyncExternalStore(
    (onChange) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', onChange);
      return () => list.removeEventListener('change', onChange);
    },
    () => window.matchMedia(query).matches,
  );
}
