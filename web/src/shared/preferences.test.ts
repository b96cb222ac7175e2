import { beforeEach, expect, it } from 'vitest';
import { getPreferences, setPreferences, watchPreferences } from './preferences';

beforeEach(() =>
  setPreferences({ theme: 'system', density: 'comfortable', shortcuts: true, rail: false }),
);

it('puts theme and density on the document and into storage under the names index.html reads', () => {
  setPreferences({ theme: 'dark', density: 'compact' });
  expect(document.documentElement.dataset).toMatchObject({ theme: 'dark', density: 'compact' });
  expect(localStorage.getItem('orbiter-theme')).toBe('dark');
  expect(localStorage.getItem('orbiter-density')).toBe('compact');
});

it('leaves nothing behind for the defaults', () => {
  setPreferences({ theme: 'dark', density: 'compact' });
  setPreferences({ theme: 'system', density: 'comfortable' });
  expect(localStorage.length).toBe(0);
  expect(document.documentElement.dataset.theme).toBe('light');
  expect(document.documentElement.dataset.density).toBeUndefined();
});

it('follows another tab', () => {
  watchPreferences();
  localStorage.setItem('orbiter-theme', 'dark');
  window.dispatchEvent(new StorageEvent('storage', { key: 'orbiter-theme' }));
  expect(getPreferences().theme).toBe('dark');
  expect(document.documentElement.dataset.theme).toBe('dark');
});
