import type { Run, RunStep } from '@/api';
import { EmptyState, ErrorState, OrbitRing, Skeleton } from '@/ui';
import type { Trace as TraceState } from '../../hooks/use-trace';
import { messages } from '../../messages';
import { isFiltering } from '../../model/step-tree';
import { TraceAxis } from './trace-axis';
import { TraceFilter } from './trace-filter';
import { TraceLegend } from './trace-legend';
import { TraceTree } from './trace-tree';

const words = messages.trace;

export interface TraceProps {
  run: Run;
  steps: readonly RunStep[] | undefined;
  /** More of the journal is still being read. */
  loading: boolean;
  error: Error | null;
  onRetry: () => void;
  trace: TraceState;
  selectedId: string;
  onSelect: (id: string) => void;
}

/** The left side of a run: find, tree, waterfall and legend. */
export function Trace(props: TraceProps) {
  const { run, steps, loading, error, trace } = props;
  return (
    <section
      aria-label={words.label}
      className="flex min-h-0 min-w-0 flex-1 flex-col max-md:min-h-fit [--trace-cols:200px_minmax(0,1fr)] xl:[--trace-cols:286px_minmax(0,1fr)]"
    >
      <div className="grid h-9 flex-none grid-cols-(--trace-cols) items-center border-b border-line pl-8 max-xl:h-auto max-xl:grid-cols-1 max-xl:pr-4 max-xl:pt-1 max-md:py-2 max-md:pl-4">
        <TraceFilter steps={steps ?? []} filter={trace.filter} onChange={trace.setFilter} />
        <span className="block max-xl:-mr-4 max-xl:-ml-8 max-xl:grid max-xl:grid-cols-(--trace-cols) max-xl:pl-8 max-md:hidden">
          <TraceAxis window={trace.window} />
        </span>
      </div>
      {error && !steps ? (
        <div className="p-4">
          <ErrorState title={words.loadError} error={error} onRetry={props.onRetry} />
        </div>
      ) : (
        <Body {...props} />
      )}
      <footer className="flex min-h-10 flex-none items-center gap-3 border-t border-line px-8 py-2 max-md:px-4">
        <TraceLegend nodes={trace.nodes} runEnd={trace.window.end} />
        {loading && steps && run.status !== 'running' && (
          <span className="meta ml-auto flex items-center gap-1.5 text-fg-3">
            <OrbitRing size={12} /> {words.loading}
          </span>
        )}
      </footer>
    </section>
  );
}

function Body({ run, steps, trace, selectedId, onSelect }: TraceProps) {
  if (!steps) return <TraceSkeleton />;
  if (isFiltering(trace.filter) && trace.rows.length === 1) {
    return <EmptyState title={words.noMatch} />;
  }
  return (
    <TraceTree run={run} steps={steps} trace={trace} selectedId={selectedId} onSelect={onSelect} />
  );
}

const SKELETON = [
  ['w-3/5', 'ml-0 w-full'],
  ['w-2/5', 'ml-0 w-1/5'],
  ['w-1/2', 'ml-[20%] w-1/12'],
  ['w-2/5', 'ml-[30%] w-1/3'],
  ['w-1/3', 'ml-[64%] w-1/6'],
] as const;

function TraceSkeleton() {
  return (
    <div className="flex-1 py-1.5">
      {SKELETON.map(([name, bar]) => (
        <div
          key={bar}
          className="grid h-[31px] grid-cols-(--trace-cols) items-center pr-16 pl-8 max-md:grid-cols-1"
        >
          <Skeleton className={name} />
          <span className="max-md:hidden">
            <Skeleton className={bar} />
          </span>
        </div>
      ))}
    </div>
  );
}
