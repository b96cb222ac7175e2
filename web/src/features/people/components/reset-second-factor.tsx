import { useState } from 'react';
import type { Account } from '@/api';
import { Button, ConfirmDialog, toast } from '@/ui';
import { useResetSecondFactor } from '../api';
import { messages } from '../messages';

const words = messages.secondFactor;

/** For somebody who lost their phone and their recovery codes. */
export function ResetSecondFactor({ person }: { person: Account }) {
  const [asking, setAsking] = useState(false);
  const reset = useResetSecondFactor(person.id);
  const confirm = () =>
    reset.mutate(undefined, {
      onSuccess: () => {
        toast(words.done(person.name));
        setAsking(false);
      },
      onError: (error) => toast.error(error.message),
    });
  return (
    <>
      <Button size="sm" onClick={() => setAsking(true)}>
        {words.reset}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={words.resetTitle(person.name)}
        confirmLabel={words.reset}
        busy={reset.isPending}
        onConfirm={confirm}
      >
        {words.resetBody}
      </ConfirmDialog>
    </>
  );
}
