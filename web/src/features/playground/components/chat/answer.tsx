import { Bot, RefreshCw } from 'lucide-react';
import { memo } from 'react';
import type { Part } from '@/api';
import { Chip, cx, Icon, IconButton, OrbitRing } from '@/ui';
import { messages } from '../../messages';
import { partsText } from '../../model/content';
import type { ChatItem } from '../../model/view';
import { type Selection, useChatActions } from './actions';
import { AnswerText } from './answer-text';
import { BranchSwitcher } from './branch-switcher';
import { CopyButton } from './copy-button';
import { FailureNote } from './failure-note';
import { Reasoning } from './reasoning';
import { ToolCard } from './tool-card';

type AnswerProps = {
  item: ChatItem;
  selection: Selection | null;
  /** An answer is being written somewhere in this conversation. */
  busy: boolean;
  /** A person has to decide something before it goes on. */
  waiting: boolean;
};

export const Answer = memo(function Answer(props: AnswerProps) {
  const { item, selection, busy, waiting } = props;
  const { runId } = item;
  const over = item.status !== 'streaming';
  return (
    <article data-run={runId} aria-busy={!over} className="mb-[22px] text-[14.5px] leading-[23px]">
      <Who item={item} selected={selection !== null && selection.stepId === null} />
      <div className="flex flex-col gap-3">
        {item.parts.map((part, index) => (
          <PartView
            key={keyOf(part, index)}
            part={part}
            over={over}
            growing={!over && !waiting && index === item.parts.length - 1}
            selectedStep={selection?.stepId ?? null}
            runId={runId}
          />
        ))}
        {!over && !waiting && !isGrowing(item.parts.at(-1)) && <Working />}
        <FailureNote item={item} busy={busy} />
      </div>
      {over && <AnswerActions item={item} busy={busy} />}
    </article>
  );
});

function keyOf(part: Part, index: number): string {
  return part.type === 'tool_call' && part.step_id !== null
    ? part.step_id
    : `${part.type}:${index}`;
}

function isGrowing(part: Part | undefined): boolean {
  if (part === undefined) return false;
  return part.type !== 'tool_call' || part.duration_ms == null;
}

function Who({ item, selected }: { item: ChatItem; selected: boolean }) {
  const { agentOf, select } = useChatActions();
  const { runId } = item;
  const name = agentOf(item.agentId)?.name ?? messages.agent;
  return (
    <div className="mb-1.5 flex items-center gap-2 text-sm">
      <Icon icon={Bot} className="text-fg-3" />
      <button
        type="button"
        aria-pressed={selected}
        title={messages.showInTrace(name)}
        disabled={runId === null}
        onClick={() => runId && select({ runId, stepId: null })}
        className={cx(
          'min-w-0 truncate rounded-xs py-0.5 font-semibold enabled:hover:underline max-md:py-2',
          selected && 'text-brand-text',
        )}
      >
        {name}
      </button>
      {item.model && (
        <span className="ml-auto max-md:hidden">
          <Chip label={messages.model}>{item.model}</Chip>
        </span>
      )}
    </div>
  );
}

type PartViewProps = {
  part: Part;
  over: boolean;
  growing: boolean;
  selectedStep: string | null;
  runId: string | null;
};

function PartView({ part, over, growing, selectedStep, runId }: PartViewProps) {
  if (part.type === 'text') return <AnswerText text={part.text} growing={growing} />;
  if (part.type === 'reasoning') return <Reasoning text={part.text} growing={growing} />;
  const selected = part.step_id !== null && part.step_id === selectedStep;
  return <ToolCard call={part} over={over} selected={selected} runId={runId} />;
}

function Working() {
  return (
    <p className="meta flex h-6 items-center gap-2 text-fg-3">
      <OrbitRing className="text-running" />
      {messages.working}
    </p>
  );
}

function AnswerActions({ item, busy }: { item: ChatItem; busy: boolean }) {
  const { canWrite, chooseBranch, regenerate } = useChatActions();
  const text = partsText(item.parts);
  return (
    <div className="mt-1.5 -ml-1.5 flex h-6 items-center gap-0.5 max-md:h-10">
      {text !== '' && <CopyButton text={text} />}
      {canWrite && item.messageId !== null && item.status === 'complete' && (
        <IconButton
          size="sm"
          icon={RefreshCw}
          label={messages.regenerate}
          disabled={busy}
          onClick={() => regenerate(item)}
        />
      )}
      {canWrite && <BranchSwitcher item={item} disabled={false} onSelect={chooseBranch} />}
    </div>
  );
}
