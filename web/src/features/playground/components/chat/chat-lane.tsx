import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ArrowDown } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { Button, toast } from '@/ui';
import { loadOlder } from '../../api';
import { useAnnounceAnswer } from '../../hooks/use-announce-answer';
import { useStickToEnd } from '../../hooks/use-stick-to-end';
import { messages } from '../../messages';
import type { ChatItem } from '../../model/view';
import type { Selection } from './actions';
import { Answer } from './answer';
import { Question } from './question';

type ChatLaneProps = {
  conversationId: string | null;
  items: ChatItem[];
  hasOlder: boolean;
  busy: boolean;
  selection: Selection | null;
  waiting: boolean;
  /** Below the last message: a decision to take, an empty or a failed state. */
  children?: ReactNode;
};

export function ChatLane(props: ChatLaneProps) {
  const { conversationId, items, busy, selection } = props;
  const list = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { atEnd, onScroll, jump } = useStickToEnd(list, content, conversationId);
  useAnnounceAnswer(items.at(-1));
  useEffect(() => revealSelected(list.current, selection), [selection]);
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <section
        ref={list}
        aria-label={messages.messages}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
        className="scroll-thin flex-1 pt-[26px] pb-2.5 -outline-offset-2 max-md:pt-[18px]"
      >
        <div ref={content} className="mx-auto w-[min(640px,100%-48px)] max-md:w-[calc(100%-32px)]">
          {props.hasOlder && conversationId && <ShowEarlier conversationId={conversationId} />}
          {items.map((item) =>
            item.role === 'user' ? (
              <Question key={item.key} item={item} busy={busy} />
            ) : (
              <Answer
                key={item.key}
                item={item}
                busy={busy}
                waiting={props.waiting && item.status === 'streaming'}
                selection={ofRun(selection, item)}
              />
            ),
          )}
          {props.children}
        </div>
      </section>
      {!atEnd && (
        <Button
          size="sm"
          icon={ArrowDown}
          onClick={jump}
          className="absolute! bottom-2 left-1/2 -translate-x-1/2 rounded-full shadow-md"
        >
          {messages.jumpToLatest}
        </Button>
      )}
    </div>
  );
}

/** The same object for the one message concerned, null for all others: they are not drawn again. */
function ofRun(selection: Selection | null, item: ChatItem): Selection | null {
  return selection?.runId === item.runId ? selection : null;
}

function revealSelected(list: HTMLElement | null, selection: Selection | null): void {
  if (!list || !selection) return;
  const { runId, stepId } = selection;
  const step = stepId && list.querySelector(`[data-step="${CSS.escape(stepId)}"]`);
  const target = step || list.querySelector(`[data-run="${CSS.escape(runId)}"]`);
  target?.scrollIntoView({ block: 'nearest' });
}

function ShowEarlier({ conversationId }: { conversationId: string }) {
  const client = useQueryClient();
  const load = useMutation({
    mutationFn: () => loadOlder(client, conversationId),
    onError: () => toast.error(messages.earlierFailed),
  });
  return (
    <div className="mb-5 flex justify-center">
      <Button size="sm" variant="ghost" busy={load.isPending} onClick={() => load.mutate()}>
        {messages.showEarlier}
      </Button>
    </div>
  );
}
