import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { Conversation } from '@/api';
import { Button, Dialog, Field, Input } from '@/ui';
import { keys, renameConversation } from '../../api';
import { messages } from '../../messages';

type RenameDialogProps = { thread: Conversation; onClose: () => void };

export function RenameDialog({ thread, onClose }: RenameDialogProps) {
  const client = useQueryClient();
  const form = useId();
  const [title, setTitle] = useState(thread.title);
  const rename = useMutation({
    mutationFn: () => renameConversation(thread, { title: title.trim() }),
    onSuccess: (renamed) => {
      client.setQueryData(keys.conversation(renamed.id), renamed);
      void client.invalidateQueries({ queryKey: keys.lists });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim() !== '') rename.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={messages.renameTitle}
      footer={
        <>
          <Button onClick={onClose}>{messages.cancel}</Button>
          <Button type="submit" form={form} variant="primary" busy={rename.isPending}>
            {messages.save}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <Field label={messages.name} error={rename.error?.message}>
          <Input value={title} maxLength={200} onChange={(event) => setTitle(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
