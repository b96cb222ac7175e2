import type { RunStep, StepKind } from '@/api';

/** The run itself is the first row of the tree; its id cannot clash with a step's UUID. */
export const ROOT_ID = 'run';

export interface StepNode {
  step: RunStep;
  children: StepNode[];
}

export interface TreeRow {
  id: string;
  /** null for the run itself. */
  step: RunStep | null;
  parentId: string | null;
  /** 1 for the run, 2 for its steps, and so on: the value of `aria-level`. */
  level: number;
  hasChildren: boolean;
  expanded: boolean;
  /** 1-based place among the rows with the same parent. */
  position: number;
  siblings: number;
}

export interface StepFilter {
  text: string;
  kind: StepKind | null;
}

export const NO_FILTER: StepFilter = { text: '', kind: null };

export function byOrdinal(a: RunStep, b: RunStep): number {
  return a.ordinal - b.ordinal || a.attempt - b.attempt;
}

/**
 * Nests the journal by `parent_key`. Every attempt is a node of its own; children hang on the latest attempt that had
 * begun before them. A parent path without a row of its own (`turn:1`) is looked for one segment further up.
 */
export function buildTree(steps: readonly RunStep[]): StepNode[] {
  const roots: StepNode[] = [];
  const latest = new Map<string, StepNode>();
  for (const step of [...steps].sort(byOrdinal)) {
    const node: StepNode = { step, children: [] };
    const parent = nearest(latest, step.parent_key);
    (parent && parent.step.key !== step.key ? parent.children : roots).push(node);
    latest.set(step.key, node);
  }
  return roots;
}

function nearest(
  nodes: ReadonlyMap<string, StepNode>,
  key: string | null | undefined,
): StepNode | undefined {
  for (
    let path = key ?? '';
    path !== '';
    path = path.slice(0, Math.max(0, path.lastIndexOf('/')))
  ) {
    const node = nodes.get(path);
    if (node) return node;
  }
  return undefined;
}

export function isFiltering(filter: StepFilter): boolean {
  return filter.text.trim() !== '' || filter.kind !== null;
}

export function matchesFilter(step: RunStep, filter: StepFilter): boolean {
  if (filter.kind !== null && step.kind !== filter.kind) return false;
  const text = filter.text.trim().toLowerCase();
  const haystack = [step.name, step.key, step.model, step.error?.message];
  return text === '' || haystack.some((part) => part?.toLowerCase().includes(text));
}

/** Keeps what matches, and the way down to it. */
export function filterTree(nodes: readonly StepNode[], filter: StepFilter): StepNode[] {
  return nodes.flatMap((node) => {
    const children = filterTree(node.children, filter);
    const kept = children.length > 0 || matchesFilter(node.step, filter);
    return kept ? [{ step: node.step, children }] : [];
  });
}

/** The rows that are on the screen, in order, the run first. `collapsed` holds the ids of closed rows. */
export function visibleRows(nodes: readonly StepNode[], collapsed: ReadonlySet<string>): TreeRow[] {
  const expanded = !collapsed.has(ROOT_ID);
  const root: TreeRow = {
    id: ROOT_ID,
    step: null,
    parentId: null,
    level: 1,
    hasChildren: nodes.length > 0,
    expanded,
    position: 1,
    siblings: 1,
  };
  const rows = [root];
  if (expanded) appendRows(rows, nodes, root, collapsed);
  return rows;
}

function appendRows(
  rows: TreeRow[],
  nodes: readonly StepNode[],
  parent: TreeRow,
  collapsed: ReadonlySet<string>,
): void {
  nodes.forEach((node, index) => {
    const row: TreeRow = {
      id: node.step.id,
      step: node.step,
      parentId: parent.id,
      level: parent.level + 1,
      hasChildren: node.children.length > 0,
      expanded: !collapsed.has(node.step.id),
      position: index + 1,
      siblings: nodes.length,
    };
    rows.push(row);
    if (row.expanded) appendRows(rows, node.children, row, collapsed);
  });
}

/** How many attempts the journal holds per step key. */
export function attemptsByKey(steps: readonly RunStep[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const step of steps) counts.set(step.key, (counts.get(step.key) ?? 0) + 1);
  return counts;
}
