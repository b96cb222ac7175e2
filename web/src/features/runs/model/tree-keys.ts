import type { TreeRow } from './step-tree';

export type TreeMove =
  | { type: 'focus'; id: string }
  | { type: 'open'; id: string }
  | { type: 'close'; id: string }
  | { type: 'select'; id: string }
  | { type: 'slowest' };

/** What a key does in the tree (the WAI-ARIA tree pattern, and `.` for the slowest step); null leaves it to the browser. */
export function treeMove(
  key: string,
  rows: readonly TreeRow[],
  focusedId: string,
): TreeMove | null {
  const index = rows.findIndex((row) => row.id === focusedId);
  const row = rows[index];
  if (!row) return null;
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return focusRow(rows[index + 1]);
    case 'ArrowUp':
    case 'k':
      return focusRow(rows[index - 1]);
    case 'Home':
      return focusRow(rows[0]);
    case 'End':
      return focusRow(rows.at(-1));
    case 'ArrowRight':
      return openOrEnter(row, rows[index + 1]);
    case 'ArrowLeft':
      return closeOrLeave(row);
    case 'Enter':
    case ' ':
      return { type: 'select', id: row.id };
    case '.':
      return { type: 'slowest' };
    default:
      return null;
  }
}

function focusRow(row: TreeRow | undefined): TreeMove | null {
  return row ? { type: 'focus', id: row.id } : null;
}

function openOrEnter(row: TreeRow, next: TreeRow | undefined): TreeMove | null {
  if (!row.hasChildren) return null;
  return row.expanded ? focusRow(next) : { type: 'open', id: row.id };
}

function closeOrLeave(row: TreeRow): TreeMove | null {
  if (row.hasChildren && row.expanded) return { type: 'close', id: row.id };
  return row.parentId === null ? null : { type: 'focus', id: row.parentId };
}
