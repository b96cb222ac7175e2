import { ArrowUp, Square } from 'lucide-react';
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import type { Agent } from '@/api';
import { Button } from '@/ui';
import type { Draft } from '../../hooks/use-draft';
import { messages } from '../../messages';
import { AgentPicker } from './agent-picker';

export const MAX_CHARS = 400_000;

type ComposerProps = {
  draft: Draft;
  agents: Agent[];
  agentId: string | null;
  onAgentChange: (id: string) => void;
  /** The conversation has messages: the next one is a reply. */
  replying: boolean;
  /** While `answering` the one action is to stop. */
  phase: 'idle' | 'sending' | 'answering';
  stopping: boolean;
  /** Takes the message; resolves with false when it could not, and the text stays. */
  onSend: (text: string) => Promise<boolean>;
  onStop: () => void;
};

/** The field keeps its text itself: a pasted book is not copied through React at each key. */
export function Composer(props: ComposerProps) {
  const { draft, agents, agentId, replying, phase, onSend } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const [length, setLength] = useState(() => draft.read().trim().length);
  const agent = agents.find(({ id }) => id === agentId);
  const tooLong = length > MAX_CHARS;

  const shown = useRef(draft);
  useLayoutEffect(() => {
    if (shown.current === draft || !field.current) return;
    shown.current = draft;
    field.current.value = draft.read();
    setLength(field.current.value.trim().length);
  }, [draft]);

  const put = (text: string) => {
    if (field.current) field.current.value = text;
    setLength(text.trim().length);
  };
  const send = async () => {
    const text = field.current?.value.trim() ?? '';
    if (text === '' || text.length > MAX_CHARS || phase !== 'idle' || !agent) return;
    put('');
    draft.clear();
    if (await onSend(text)) return;
    put(text);
    draft.write(text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  };

  return (
    <div className="mx-auto w-[min(640px,100%-48px)] flex-none pt-2 pb-[18px] max-md:w-[calc(100%-32px)] max-md:pb-4">
      {tooLong && (
        <p role="alert" className="meta mb-1.5 text-danger-text">
          {messages.tooLong(length, MAX_CHARS)}
        </p>
      )}
      <div className="rounded-[12px] border border-line-control bg-raised shadow-sm focus-within:border-(--o-focus) focus-within:shadow-[0_0_0_3px_color-mix(in_oklab,var(--o-focus)_22%,transparent)]">
        <textarea
          ref={field}
          defaultValue={draft.read()}
          rows={1}
          aria-label={messages.composerLabel}
          aria-invalid={tooLong || undefined}
          aria-keyshortcuts="Meta+Enter"
          title={messages.newLine}
          placeholder={
            replying ? messages.reply : messages.placeholder(agent?.name ?? messages.agent)
          }
          onKeyDown={onKeyDown}
          onChange={({ target }) => {
            setLength(target.value.trim().length);
            draft.write(target.value);
          }}
          className="scroll-thin block field-sizing-content max-h-[40vh] min-h-10 w-full resize-none bg-transparent px-[15px] pt-3 pb-1.5 text-base outline-none placeholder:text-fg-3"
        />
        <div className="flex items-center gap-2 px-2 pb-2">
          <AgentPicker agents={agents} value={agentId} onChange={props.onAgentChange} />
          {agent && agent.tools.length > 0 && (
            <span className="meta text-fg-3 max-md:hidden">
              {messages.tools(agent.tools.length)}
            </span>
          )}
          <span className="ml-auto">
            <SendOrStop {...props} disabled={length === 0 || tooLong || !agent} onClick={send} />
          </span>
        </div>
      </div>
    </div>
  );
}

type SendOrStopProps = Pick<ComposerProps, 'phase' | 'stopping' | 'onStop'> & {
  disabled: boolean;
  onClick: () => void;
};

function SendOrStop({ phase, stopping, onStop, disabled, onClick }: SendOrStopProps) {
  if (phase === 'answering') {
    return (
      <Button icon={Square} busy={stopping} aria-keyshortcuts="Escape" onClick={onStop}>
        {messages.stop}
      </Button>
    );
  }
  return (
    <Button
      variant="primary"
      icon={ArrowUp}
      busy={phase === 'sending'}
      disabled={disabled && phase === 'idle'}
      onClick={onClick}
    >
      {messages.send}
    </Button>
  );
}
