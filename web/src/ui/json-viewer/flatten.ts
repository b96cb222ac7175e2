export type Json = unknown;
export type Container = 'object' | 'array';

export type JsonRow = {
  /** `$.a.b[2]`, unique in one value. */
  path: string;
  depth: number;
  name: string | null;
  value: Json;
  container: Container | null;
  size: number;
  open: boolean;
  /** The row that only closes a container, or offers its further items. */
  part: 'item' | 'close' | 'more';
  last: boolean;
};

export type FlattenOptions = {
  /** Rows that a person opened or closed, by path. */
  toggled: ReadonlyMap<string, boolean>;
  /** Further items asked for, by path of the container. */
  shown: ReadonlyMap<string, number>;
  /** Paths that must be open because a match lies below them. */
  forced?: ReadonlySet<string>;
};

export const CHUNK = 50;
const OPEN_DEPTH = 3;

export function containerOf(value: Json): Container | null {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'object' && value !== null ? 'object' : null;
}

export function entriesOf(value: Json): [string, Json][] {
  if (Array.isArray(value)) return value.map((item, index) => [String(index), item]);
  return containerOf(value) ? Object.entries(value as object) : [];
}

export function childPath(path: string, name: string, container: Container): string {
  if (container === 'array') return `${path}[${name}]`;
  return /^[A-Za-z_]\w*$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}

/** The visible rows, top to bottom. Containers start closed beyond depth 3 or 50 items. */
export function flatten(value: Json, options: FlattenOptions): JsonRow[] {
  const rows: JsonRow[] = [];
  push(rows, { path: '$', depth: 0, name: null, value, last: true }, options);
  return rows;
}

type Place = Pick<JsonRow, 'path' | 'depth' | 'name' | 'value' | 'last'>;

function push(rows: JsonRow[], place: Place, options: FlattenOptions): void {
  const container = containerOf(place.value);
  const entries = entriesOf(place.value);
  const size = entries.length;
  const open = container !== null && size > 0 && isOpen(place, size, options);
  const row: JsonRow = { ...place, container, size, open, part: 'item' };
  rows.push(row);
  if (!open || container === null) return;
  const limit = Math.max(options.shown.get(place.path) ?? CHUNK, CHUNK);
  entries.slice(0, limit).forEach(([name, child], index) => {
    push(
      rows,
      {
        path: childPath(place.path, name, container),
        depth: place.depth + 1,
        name: container === 'object' ? name : null,
        value: child,
        last: index === size - 1,
      },
      options,
    );
  });
  if (size > limit) rows.push({ ...row, depth: place.depth + 1, part: 'more', size: size - limit });
  rows.push({ ...row, part: 'close' });
}

function isOpen(place: Place, size: number, options: FlattenOptions): boolean {
  const byHand = options.toggled.get(place.path);
  if (byHand !== undefined) return byHand;
  if (options.forced?.has(place.path)) return true;
  return place.depth < OPEN_DEPTH && (size <= CHUNK || place.depth === 0);
}

export type Matches = { paths: Set<string>; ancestors: Set<string> };

/** Rows whose name or plain value contains `query`, and the containers above them. */
export function findMatches(value: Json, query: string): Matches {
  const found: Matches = { paths: new Set(), ancestors: new Set() };
  const needle = query.trim().toLowerCase();
  if (needle) visit({ path: '$', name: null, value }, [], needle, found);
  return found;
}

function visit(
  at: { path: string; name: string | null; value: Json },
  above: string[],
  needle: string,
  found: Matches,
): void {
  const container = containerOf(at.value);
  const text = `${at.name ?? ''}\n${container ? '' : String(at.value)}`.toLowerCase();
  if (text.includes(needle)) {
    found.paths.add(at.path);
    for (const path of above) found.ancestors.add(path);
  }
  if (!container) return;
  for (const [name, child] of entriesOf(at.value)) {
    const label = container === 'object' ? name : null;
    visit(
      { path: childPath(at.path, name, container), name: label, value: child },
      [...above, at.path],
      needle,
      found,
    );
  }
}
