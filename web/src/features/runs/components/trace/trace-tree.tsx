import { type KeyboardEvent, type MouseEvent, useEffect, useRef } from 'react';
import type { Run, RunStep } from '@/api';
import { useRowWindow } from '../../hooks/use-row-window';
import type { Trace } from '../../hooks/use-trace';
import { messages } from '../../messages';
import { ROW_HEIGHT } from '../../model/row-window';
import { attemptsByKey } from '../../model/step-tree';
import { treeMove } from '../../model/tree-keys';
import { slowestStep } from '../../model/waterfall';
import { TraceGrid } from './trace-axis';
import { TraceRow } from './trace-row';

export interface TraceTreeProps {
  run: Run;
  steps: readonly RunStep[];
  trace: Trace;
  selectedId: string;
  onSelect: (id: string) => void;
}

/** The journal as a tree with its bars. Arrows move, open and close; Enter selects; `.` goes to the slowest step. */
export function TraceTree({ run, steps, trace, selectedId, onSelect }: TraceTreeProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const tree = useRef<HTMLDivElement>(null);
  const slice = useRowWindow(tree, trace.rows.length);
  const attempts = attemptsByKey(steps);
  const keyboard = useTreeKeyboard(trace, scroller, onSelect);
  return (
    <div ref={scroller} className="scroll-thin relative flex-1 max-md:overflow-visible">
      <div className="relative min-h-full py-1.5 max-md:py-0">
        <TraceGrid window={trace.window} />
        <div
          ref={tree}
          role="tree"
          aria-label={messages.trace.tree}
          tabIndex={-1}
          className="outline-none"
          {...keyboard}
        >
          <div role="none" style={{ height: slice.above }} />
          {trace.rows.slice(slice.first, slice.last).map((row) => (
            <TraceRow
              key={row.id}
              row={row}
              run={run}
              window={trace.window}
              selected={row.id === selectedId}
              focused={row.id === trace.focusedId}
              attempts={attempts.get(row.step?.key ?? '') ?? 1}
            />
          ))}
          <div role="none" style={{ height: slice.below }} />
        </div>
      </div>
    </div>
  );
}

function useTreeKeyboard(
  trace: Trace,
  scroller: React.RefObject<HTMLDivElement | null>,
  onSelect: (id: string) => void,
) {
  const moveFocus = useFocusedRow(trace, scroller);
  const focus = (id: string) => {
    trace.setFocusedId(id);
    moveFocus();
  };
  return {
    onKeyDown: (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey) return;
      const move = treeMove(event.key, trace.rows, trace.focusedId);
      if (!move) return;
      event.preventDefault();
      if (move.type === 'open' || move.type === 'close')
        trace.setOpen(move.id, move.type === 'open');
      if (move.type === 'focus') focus(move.id);
      if (move.type === 'select') onSelect(move.id);
      if (move.type === 'slowest') goToSlowest(trace, onSelect, moveFocus);
    },
    onClick: (event: MouseEvent) => {
      const target = event.target as HTMLElement;
      const id = target.closest<HTMLElement>('[data-row]')?.dataset.row;
      if (!id) return;
      trace.setFocusedId(id);
      const row = trace.rows.find((candidate) => candidate.id === id);
      if (target.closest('[data-toggle]')) trace.setOpen(id, !row?.expanded);
      else onSelect(id);
    },
  };
}

function goToSlowest(trace: Trace, onSelect: (id: string) => void, moveFocus: () => void): void {
  const slowest = slowestStep(trace.nodes, trace.window.end);
  if (!slowest) return;
  trace.reveal(slowest.id);
  onSelect(slowest.id);
  moveFocus();
}

/** After a key moved it, brings the row into view and gives it the browser's focus. */
function useFocusedRow(trace: Trace, scroller: React.RefObject<HTMLDivElement | null>): () => void {
  const pending = useRef(false);
  useEffect(() => {
    if (!pending.current) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-row="${trace.focusedId}"]`);
    if (!row) {
      const index = trace.rows.findIndex((candidate) => candidate.id === trace.focusedId);
      scroller.current?.scrollTo({ top: index * ROW_HEIGHT - scroller.current.clientHeight / 2 });
      return;
    }
    pending.current = false;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  });
  return () => {
    pending.current = true;
  };
}
