import { setPreferences, shownTheme } from '@/shared/preferences';

export function toggleTheme(): void {
  setPreferences({ theme: shownTheme() === 'dark' ? 'light' : 'dark' });
}
