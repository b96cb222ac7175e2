import { Pencil, RotateCw } from 'lucide-react';
import { memo, useState } from 'react';
import { Button, cx, IconButton, Note } from '@/ui';
import { messages } from '../../messages';
import { partsText } from '../../model/content';
import { foldText } from '../../model/fold';
import type { ChatItem } from '../../model/view';
import { useChatActions } from './actions';
import { BranchSwitcher } from './branch-switcher';
import { CopyButton } from './copy-button';
import { QuestionEditor } from './question-editor';

export const Question = memo(function Question({ item, busy }: { item: ChatItem; busy: boolean }) {
  const [editing, setEditing] = useState(false);
  const { edit } = useChatActions();
  const text = partsText(item.parts);
  if (editing) {
    return (
      <QuestionEditor
        text={text}
        onCancel={() => setEditing(false)}
        onSend={(changed) => {
          setEditing(false);
          edit(item, changed);
        }}
      />
    );
  }
  return (
    <article className="mb-[18px] ml-[72px] flex flex-col items-end text-[14.5px] leading-[23px] max-md:ml-10">
      <h3 className="sr-only">{messages.you}</h3>
      <div
        className={cx(
          'max-w-full rounded-[12px_12px_4px_12px] bg-hover px-[15px] py-2.5',
          item.status !== 'complete' && 'opacity-70',
        )}
      >
        <QuestionText text={text} />
      </div>
      {item.status === 'unsent' && <Unsent item={item} />}
      {item.status === 'complete' && (
        <QuestionActions item={item} busy={busy} text={text} onEdit={() => setEditing(true)} />
      )}
      {item.status === 'sending' && (
        <span className="meta mt-1 h-6 text-fg-3">{messages.sending}</span>
      )}
    </article>
  );
});

/** What a person wrote, as they wrote it; a long text begins folded. */
function QuestionText({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  const folded = foldText(text);
  return (
    <>
      <p className={cx('break-words whitespace-pre-wrap', open && 'scroll-thin max-h-[60vh]')}>
        {folded && !open ? `${folded.shown}…` : text}
      </p>
      {folded && (
        <Button
          variant="ghost"
          size="sm"
          className="mt-1 -ml-2"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? messages.showLess : messages.showAll(folded.total)}
        </Button>
      )}
    </>
  );
}

type QuestionActionsProps = { item: ChatItem; busy: boolean; text: string; onEdit: () => void };

function QuestionActions({ item, busy, text, onEdit }: QuestionActionsProps) {
  const { canWrite, chooseBranch } = useChatActions();
  return (
    <div className="mt-1 -mr-1 flex h-6 items-center gap-0.5 max-md:h-10">
      {canWrite && <BranchSwitcher item={item} disabled={busy} onSelect={chooseBranch} />}
      <CopyButton text={text} />
      {canWrite && (
        <IconButton
          size="sm"
          icon={Pencil}
          label={messages.edit}
          disabled={busy}
          onClick={onEdit}
        />
      )}
    </div>
  );
}

function Unsent({ item }: { item: ChatItem }) {
  const { resend, discard } = useChatActions();
  return (
    <div className="mt-2 w-full">
      <Note
        tone="warn"
        role="status"
        action={
          <span className="flex gap-1.5">
            <Button size="sm" icon={RotateCw} onClick={() => resend(item)}>
              {messages.retry}
            </Button>
            <Button size="sm" variant="ghost" onClick={() => discard(item)}>
              {messages.discard}
            </Button>
          </span>
        }
      >
        <strong className="font-semibold">{messages.unsent}.</strong> {item.error?.message}
      </Note>
    </div>
  );
}
