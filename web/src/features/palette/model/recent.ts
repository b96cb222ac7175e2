import type { PaletteItem } from './items';

/** What a person opened last through the palette; kept in this browser, for each person apart. */
export type Recent = Pick<PaletteItem, 'key' | 'kind' | 'title' | 'link' | 'id'>;

const MOST = 6;
const name = (userId: string) => `orbiter-recent-${userId}`;

export function readRecent(userId: string): Recent[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(name(userId)) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isRecent).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export function keepRecent(userId: string, { key, kind, title, link, id }: PaletteItem): void {
  if (!link || !id) return;
  const kept = readRecent(userId).filter((one) => one.key !== key);
  try {
    const next = [
      { key, kind, title: title.map(({ text }) => ({ text, hit: false })), link, id },
      ...kept,
    ];
    localStorage.setItem(name(userId), JSON.stringify(next.slice(0, MOST)));
  } catch {
    // Storage may be blocked; then there is no list.
  }
}

function isRecent(value: unknown): value is Recent {
  if (typeof value !== 'object' || value === null) return false;
  const { key, kind, title, link } = value as Partial<Recent>;
  return (
    typeof key === 'string' &&
    typeof kind === 'string' &&
    Array.isArray(title) &&
    typeof link === 'object'
  );
}
