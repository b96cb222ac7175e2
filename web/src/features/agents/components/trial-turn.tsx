import { Link } from '@tanstack/react-router';
import { ChevronDown, ChevronRight, Coins, LetterText, Timer } from 'lucide-react';
import { useState } from 'react';
import { useRunLink } from '@/features/runs';
import {
  Chip,
  formatCost,
  formatLatency,
  formatTokens,
  Icon,
  JsonViewer,
  Markdown,
  Note,
  OrbitRing,
  StatusIcon,
} from '@/ui';
import { messages } from '../messages';
import type { TrialBlock, TrialTool, TrialTurn } from '../model/trial';

const words = messages.trial;

/** A question to the draft, and its answer as it grows. */
export function TrialTurnView({ turn }: { turn: TrialTurn }) {
  const isWaiting = turn.state === 'running' && turn.blocks.length === 0;
  return (
    <div className="flex flex-col gap-3">
      <p className="ml-9 rounded-lg bg-active px-[13px] py-2.5 text-[13.5px] leading-[21px] break-words whitespace-pre-wrap">
        {turn.input}
      </p>
      {turn.blocks.map((block, index) => (
        <Block
          // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only added at the end or replaced in place
          key={index}
          block={block}
          writing={turn.state === 'running' && index === turn.blocks.length - 1}
        />
      ))}
      {isWaiting && (
        <p className="meta flex items-center gap-2 text-fg-3">
          <OrbitRing className="text-running" /> {words.running}
        </p>
      )}
      <Ending turn={turn} />
    </div>
  );
}

function Block({ block, writing }: { block: TrialBlock; writing: boolean }) {
  if (block.type === 'tool') return <ToolCard tool={block} />;
  if (block.type === 'reasoning') {
    return (
      <details className="meta text-fg-3">
        <summary className="min-h-6 py-0.5">{words.reasoning}</summary>
        <p className="mt-1 break-words whitespace-pre-wrap">{block.text}</p>
      </details>
    );
  }
  return (
    <div className="min-w-0 rounded-lg border border-line bg-raised px-[13px] py-2.5 text-[13.5px] leading-[21px]">
      <Markdown text={block.text} />
      {writing && (
        <span
          aria-hidden="true"
          className="ml-0.5 inline-block h-[15px] w-[7px] animate-caret rounded-[1px] bg-brand align-[-2px]"
        />
      )}
    </div>
  );
}

function ToolCard({ tool }: { tool: TrialTool }) {
  const [open, setOpen] = useState(false);
  const status = tool.error !== null ? 'failed' : tool.done ? 'succeeded' : 'running';
  return (
    <div className="rounded-md border border-line bg-raised">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="meta flex min-h-8 w-full items-center gap-2 rounded-md px-2.5 text-left text-fg-2 hover:bg-hover max-md:min-h-10"
      >
        <StatusIcon status={status} />
        <span className="mono truncate">{tool.name}</span>
        <span className="ml-auto flex-none text-fg-3">
          {tool.durationMs !== null && formatLatency(tool.durationMs)}
        </span>
        <Icon icon={open ? ChevronDown : ChevronRight} size={12} className="text-fg-4" />
      </button>
      {open && (
        <div className="flex flex-col gap-2 border-t border-line p-2.5">
          <Labelled label={words.input} value={tool.arguments} />
          {tool.done && <Labelled label={words.result} value={tool.error ?? tool.result} />}
        </div>
      )}
    </div>
  );
}

function Labelled({ label, value }: { label: string; value: unknown }) {
  return (
    <div>
      <p className="meta mb-1 text-fg-3">{label}</p>
      <JsonViewer value={value} label={label} toolbar={false} />
    </div>
  );
}

function Ending({ turn }: { turn: TrialTurn }) {
  if (turn.state === 'running') return null;
  return (
    <>
      {turn.state === 'stopped' && <p className="meta text-fg-3">{words.stopped}</p>}
      {turn.error && (
        <Note tone="danger" role="alert">
          {turn.error.code === 'STREAM_CUT' ? words.cut : turn.error.message}
        </Note>
      )}
      <Figures turn={turn} />
    </>
  );
}

function Figures({ turn }: { turn: TrialTurn }) {
  const runLink = useRunLink();
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      {turn.latencyMs !== null && (
        <Chip icon={Timer} label={words.time}>
          {formatLatency(turn.latencyMs)}
        </Chip>
      )}
      {turn.costUsdMicros !== null && (
        <Chip icon={Coins} label={words.cost}>
          {formatCost(turn.costUsdMicros)}
        </Chip>
      )}
      {turn.tokens !== null && (
        <Chip icon={LetterText} label={words.tokens}>
          {words.tokensValue(formatTokens(turn.tokens))}
        </Chip>
      )}
      {turn.runId && (
        <Link {...runLink(turn.runId)} target="_blank" className="link ml-auto text-xs">
          {words.trace}
        </Link>
      )}
    </div>
  );
}
