import { Check, Copy } from 'lucide-react';
import type { InviteLink } from '@/api';
import { Button, Dialog, Field, Input, Note, useCopy } from '@/ui';
import { messages } from '../messages';

const words = messages.link;

/** The one moment in which the link can be read. The token stands behind the #, which no server is sent. */
export function LinkDialog({ made, onDone }: { made: InviteLink; onDone: () => void }) {
  const link = `${window.location.origin}/invite#${made.token}`;
  const { copied, copy } = useCopy(link);
  return (
    <Dialog
      open
      lasting
      onOpenChange={onDone}
      title={words.title(made.invite.email)}
      footer={
        <Button variant="primary" onClick={onDone}>
          {messages.done}
        </Button>
      }
    >
      {made.mailed ? (
        <Note tone="success">{words.mailed(made.invite.email)}</Note>
      ) : (
        <Note tone="warn">{words.unmailed}</Note>
      )}
      <div className="flex items-end gap-2">
        <Field label={words.label} className="flex-1">
          <Input mono readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
        </Field>
        <Button icon={copied ? Check : Copy} onClick={copy}>
          {copied ? words.copied : words.copy}
        </Button>
      </div>
    </Dialog>
  );
}
