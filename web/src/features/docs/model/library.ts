import { messages } from '../messages';
import { type Heading, headingsOf, titleOf, withoutComments } from './markdown';

const { groups } = messages;

export type DocPage = {
  slug: string;
  title: string;
  group: string;
  text: string;
  headings: Heading[];
};

const files = import.meta.glob<string>(
  ['../../../../../docs/*.md', '../../../../../docs/reference/*.md', '../../../../../CHANGELOG.md'],
  { query: '?raw', import: 'default', eager: true },
);

/** The pages in reading order; one that is not named here comes at the end of its group. */
const ORDER: readonly (readonly [string, readonly string[]])[] = [
  [groups.start, ['getting-started']],
  [
    groups.use,
    [
      'agents',
      'playground-and-runs',
      'providers',
      'people-and-roles',
      'sign-in',
      'search-and-shortcuts',
    ],
  ],
  [groups.run, ['deploy', 'backup-and-upgrade', 'retention-and-storage', 'security', 'settings']],
  [groups.reference, ['api-and-keys', 'third-party', 'changelog']],
];

export const NAMED: ReadonlySet<string> = new Set(ORDER.flatMap(([, slugs]) => slugs));

export const PAGES: readonly DocPage[] = ordered(
  Object.entries(files).map(([path, source]) => {
    const text = withoutComments(source);
    return { slug: slugOf(path), title: titleOf(text), text, headings: headingsOf(text) };
  }),
);

export function pageBySlug(slug: string): DocPage | undefined {
  return PAGES.find((page) => page.slug === slug);
}

/** `docs/reference/settings.md` is `settings`, `CHANGELOG.md` is `changelog`. */
export function slugOf(path: string): string {
  return (path.split('/').at(-1) ?? path).replace(/\.md$/, '').toLowerCase();
}

function ordered(pages: Omit<DocPage, 'group'>[]): DocPage[] {
  const place = (slug: string) => {
    const group = ORDER.findIndex(([, slugs]) => slugs.includes(slug));
    return group < 0 ? [1, 99] : [group, ORDER[group]?.[1].indexOf(slug) ?? 99];
  };
  return pages
    .map((page) => ({ page, at: place(page.slug) }))
    .sort((a, b) => (a.at[0] ?? 0) - (b.at[0] ?? 0) || (a.at[1] ?? 0) - (b.at[1] ?? 0))
    .map(({ page, at }) => ({ ...page, group: ORDER[at[0] ?? 0]?.[0] ?? groups.use }));
}
