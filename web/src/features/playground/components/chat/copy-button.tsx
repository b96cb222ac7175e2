import { Check, Copy } from 'lucide-react';
import { IconButton, useCopy } from '@/ui';
import { messages } from '../../messages';

export function CopyButton({ text }: { text: string }) {
  const { copied, copy } = useCopy(text);
  return (
    <IconButton
      size="sm"
      icon={copied ? Check : Copy}
      label={copied ? messages.copied : messages.copy}
      onClick={copy}
    />
  );
}
