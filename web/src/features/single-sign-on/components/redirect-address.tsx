import { Check, Copy } from 'lucide-react';
import { Button, Field, Input, useCopy } from '@/ui';
import { messages } from '../messages';

type Props = { label: string; hint: string; address: string };

/** An address of ours that the provider has to know. */
export function RedirectAddress({ label, hint, address }: Props) {
  const { copied, copy } = useCopy(address);
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-end gap-2">
        <Field label={label} className="flex-1">
          <Input mono readOnly value={address} onFocus={(event) => event.currentTarget.select()} />
        </Field>
        <Button icon={copied ? Check : Copy} onClick={copy}>
          {copied ? messages.copied : messages.copy}
        </Button>
      </div>
      <p className="meta text-fg-3">{hint}</p>
    </div>
  );
}
