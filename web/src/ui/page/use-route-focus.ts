import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { announce } from '../announcer';

/**
 * After a change of page the focus goes to its `h1` and the title is said. A change of parameter within
 * a page (the next run, a chat that got its id) leaves the focus where the person has it.
 */
export function useRouteFocus(): void {
  const router = useRouter();
  useEffect(() => {
    const leaf = () => router.state.matches.at(-1)?.routeId;
    let shown = leaf();
    return router.subscribe('onRendered', () => {
      const next = leaf();
      if (next === shown) return;
      shown = next;
      document.querySelector('h1')?.focus();
      announce(document.title);
    });
  }, [router]);
}
