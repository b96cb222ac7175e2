import { type KeyboardEvent, useRef } from 'react';
import { Button, Textarea } from '@/ui';
import { messages } from '../../messages';

type QuestionEditorProps = {
  text: string;
  onSend: (text: string) => void;
  onCancel: () => void;
};

/** Sending starts a new branch beside the old one. The field keeps its text itself, however long it is. */
export function QuestionEditor({ text, onSend, onCancel }: QuestionEditorProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const send = () => {
    const changed = field.current?.value.trim() ?? '';
    if (changed !== '') onSend(changed);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onCancel();
    else if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) send();
    else return;
    event.preventDefault();
  };
  return (
    <div className="mb-[18px] ml-[72px] flex flex-col gap-2 max-md:ml-0">
      <Textarea
        ref={field}
        defaultValue={text}
        autoGrow
        autoFocus
        aria-label={messages.editLabel}
        className="max-h-[50vh] text-[14.5px] leading-[23px]"
        onKeyDown={onKeyDown}
      />
      <div className="flex justify-end gap-2">
        <Button size="sm" onClick={onCancel}>
          {messages.cancel}
        </Button>
        <Button size="sm" variant="primary" onClick={send}>
          {messages.sendEdit}
        </Button>
      </div>
    </div>
  );
}
