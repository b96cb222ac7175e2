import { RotateCw } from 'lucide-react';
import { Button, Note } from '@/ui';
import { messages } from '../../messages';
import type { ChatItem } from '../../model/view';
import { useChatActions } from './actions';

/** Says why an answer is missing or cut, and offers to ask again. */
export function FailureNote({ item, busy }: { item: ChatItem; busy: boolean }) {
  const { canWrite, regenerate } = useChatActions();
  if (item.status !== 'failed' && item.status !== 'interrupted') return null;
  const failed = item.status === 'failed';
  const retry = canWrite && !busy && (
    <Button size="sm" icon={RotateCw} onClick={() => regenerate(item)}>
      {messages.retry}
    </Button>
  );
  return (
    <Note tone={failed ? 'danger' : 'neutral'} role="status" action={retry}>
      <strong className="font-semibold">{failed ? messages.failed : messages.interrupted}.</strong>{' '}
      {item.error?.message ?? (failed ? messages.failedUnknown : '')}
    </Note>
  );
}
