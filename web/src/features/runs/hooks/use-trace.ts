import { useMemo, useState } from 'react';
import type { Run, RunStep } from '@/api';
import {
  buildTree,
  filterTree,
  isFiltering,
  NO_FILTER,
  ROOT_ID,
  type StepFilter,
  type StepNode,
  type TreeRow,
  visibleRows,
} from '../model/step-tree';
import { type TimeWindow, timeWindow } from '../model/waterfall';

const NONE: ReadonlySet<string> = new Set();

export interface Trace {
  nodes: StepNode[];
  rows: TreeRow[];
  window: TimeWindow;
  filter: StepFilter;
  setFilter: (filter: StepFilter) => void;
  setOpen: (id: string, open: boolean) => void;
  /** The row that the keyboard is on. */
  focusedId: string;
  setFocusedId: (id: string) => void;
  /** Opens everything above a step and puts the keyboard on it. */
  reveal: (stepId: string) => void;
}

/** What the tree shows: which rows are open, what is filtered, where the keyboard is. */
export function useTrace(run: Run, steps: readonly RunStep[], now: number): Trace {
  const [filter, setFilter] = useState(NO_FILTER);
  const [collapsed, setCollapsed] = useState(NONE);
  const [wanted, setFocusedId] = useState(ROOT_ID);
  const nodes = useMemo(() => buildTree(steps), [steps]);
  const rows = useMemo(() => {
    const filtering = isFiltering(filter);
    return visibleRows(filtering ? filterTree(nodes, filter) : nodes, filtering ? NONE : collapsed);
  }, [nodes, filter, collapsed]);
  const focusedId = rows.some((row) => row.id === wanted) ? wanted : ROOT_ID;
  return {
    nodes,
    rows,
    window: timeWindow(run, steps, now),
    filter,
    setFilter,
    setOpen: (id, open) => setCollapsed((closed) => withOpen(closed, id, open)),
    focusedId,
    setFocusedId,
    reveal: (stepId) => {
      setFilter(NO_FILTER);
      setCollapsed(NONE);
      setFocusedId(stepId);
    },
  };
}

function withOpen(collapsed: ReadonlySet<string>, id: string, open: boolean): ReadonlySet<string> {
  const next = new Set(collapsed);
  if (open) next.delete(id);
  else next.add(id);
  return next;
}
