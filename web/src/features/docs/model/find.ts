import { PAGES } from './library';
import { type DocIndex, type Hit, indexOf, searchDocs } from './search';

let index: DocIndex | undefined;

/** The sections that fit; the index is made once. */
export function findInDocs(query: string): Hit[] {
  index ??= indexOf(PAGES);
  return searchDocs(index, query);
}
