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
  const { canWrite, chooseBranch, edit, authorOf } = useChatActions();
  const author = authorOf(item);
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
    <article className="group mb-[22px] ml-[72px] flex flex-col items-end text-[14.5px] leading-[23px] max-md:ml-10">
      <h2 className={author ? 'meta mb-1 text-fg-3' : 'sr-only'}>{author ?? messages.you}</h2>
      <div
        className={cx(
          'relative max-w-full rounded-[12px_12px_4px_12px] bg-hover px-[15px] py-2.5',
          item.status !== 'complete' && 'opacity-70',
        )}
      >
        <QuestionText text={text} />
        {item.status === 'complete' && (
          <QuestionActions busy={busy} text={text} onEdit={() => setEditing(true)} />
        )}
      </div>
      {canWrite && <BranchSwitcher item={item} disabled={busy} onSelect={chooseBranch} />}
      {item.status === 'unsent' && <Unsent item={item} />}
      {item.status === 'sending' && <span className="meta mt-1 text-fg-3">{messages.sending}</span>}
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

type QuestionActionsProps = { busy: boolean; text: string; onEdit: () => void };

/** In the margin left of the bubble, while it is looked at; below it where there is no margin. */
function QuestionActions({ busy, text, onEdit }: QuestionActionsProps) {
  const { canWrite } = useChatActions();
  return (
    <div className="absolute top-2.5 right-full flex items-center pr-1.5 opacity-0 transition-opacity duration-(--o-dur-1) group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100 max-md:static max-md:-mr-2 max-md:-mb-2 max-md:justify-end max-md:pr-0 max-md:opacity-100">
      {canWrite && (
        <IconButton
          size="sm"
          icon={Pencil}
          label={messages.edit}
          disabled={busy}
          onClick={onEdit}
        />
      )}
      <CopyButton text={text} />
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
