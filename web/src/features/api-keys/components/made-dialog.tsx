import { Check, Copy } from 'lucide-react';
import type { ApiKeyCreated } from '@/api';
import { Button, CodeBlock, Dialog, Field, Input, Note, useCopy } from '@/ui';
import { messages } from '../messages';
import { curlExample } from '../model/key-form';

const words = messages.made;

/** The one moment in which the key can be read. */
export function MadeDialog({ made, onDone }: { made: ApiKeyCreated; onDone: () => void }) {
  const { copied, copy } = useCopy(made.key);
  return (
    <Dialog
      open
      lasting
      onOpenChange={onDone}
      title={words.title(made.name)}
      footer={
        <Button variant="primary" onClick={onDone}>
          {words.done}
        </Button>
      }
    >
      <Note tone="warn">{words.once}</Note>
      <div className="flex items-end gap-2">
        <Field label={words.key} className="min-w-0 flex-1">
          <Input mono readOnly value={made.key} onFocus={(event) => event.currentTarget.select()} />
        </Field>
        <Button icon={copied ? Check : Copy} onClick={copy}>
          {copied ? words.copied : words.copy}
        </Button>
      </div>
      <section>
        <h3 className="mb-1.5 text-sm font-medium">{words.tryIt}</h3>
        <CodeBlock language="bash" code={curlExample(window.location.origin, made.key)} />
      </section>
    </Dialog>
  );
}
