import { ChevronDown, ChevronUp } from 'lucide-react';
import { memo, type ReactNode, useState } from 'react';
import type { Part } from '@/api';
import { cx, IconButton, JsonViewer, Latency, type Status, StatusIcon } from '@/ui';
import { messages } from '../../messages';
import { useChatActions } from './actions';
import { InlineJson } from './inline-json';

type ToolCall = Extract<Part, { type: 'tool_call' }>;

type ToolCardProps = {
  call: ToolCall;
  /** The run has ended: a call without a result will not get one. */
  over: boolean;
  selected: boolean;
  runId: string | null;
};

/** One use of a tool: what went in, what came out. Its height is the same before and after the result. */
export const ToolCard = memo(function ToolCard({ call, over, selected, runId }: ToolCardProps) {
  const { select } = useChatActions();
  const [open, setOpen] = useState(false);
  const status = statusOf(call, over);
  return (
    <div
      data-step={call.step_id}
      className={cx(
        'overflow-hidden rounded-lg border bg-raised text-sm',
        selected ? 'border-brand-line ring-1 ring-brand-line' : 'border-line',
      )}
    >
      <div className="flex h-9 items-center gap-[9px] pr-1.5 pl-3 max-md:h-11">
        <StatusIcon status={status} />
        <button
          type="button"
          aria-pressed={selected}
          title={messages.showInTrace(call.name)}
          onClick={() => runId && select({ runId, stepId: call.step_id })}
          className="mono min-w-0 truncate rounded-xs py-0.5 text-left hover:underline max-md:py-2"
        >
          {call.name}
        </button>
        <span className="meta ml-auto text-fg-3">
          {call.duration_ms != null && <Latency ms={call.duration_ms} />}
        </span>
        <IconButton
          size="sm"
          icon={open ? ChevronUp : ChevronDown}
          label={messages.showDetails(call.name)}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        />
      </div>
      <dl className="grid grid-cols-[52px_minmax(0,1fr)] gap-x-3 gap-y-1.5 border-t border-line px-3 py-2.5">
        <Line label={messages.input} value={call.arguments} open={open} />
        {call.error ? (
          <Line label={messages.problem} open={open}>
            <span className={cx('text-danger-text', !open && 'block truncate')}>{call.error}</span>
          </Line>
        ) : (
          <Line label={messages.result} value={call.result} open={open}>
            {call.result == null && <Missing status={status} />}
          </Line>
        )}
      </dl>
    </div>
  );
});

type LineProps = { label: string; value?: unknown; open: boolean; children?: ReactNode };

function Line({ label, value, open, children }: LineProps) {
  return (
    <>
      <dt className="text-xs leading-[19px] text-fg-3">{label}</dt>
      <dd className="min-w-0">
        {children || (open ? <Viewer value={value} label={label} /> : <InlineJson value={value} />)}
      </dd>
    </>
  );
}

function Viewer({ value, label }: { value: unknown; label: string }) {
  return <JsonViewer value={value} label={label} toolbar={false} />;
}

function Missing({ status }: { status: Status }) {
  const word = status === 'started' ? messages.running : messages.noResult;
  return <span className="text-xs leading-[19px] text-fg-3">{word}</span>;
}

function statusOf(call: ToolCall, over: boolean): Status {
  if (call.error) return 'failed';
  if (call.result != null || call.duration_ms != null) return 'succeeded';
  return over ? 'cancelled' : 'started';
}
