import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import { toast } from '@/ui';
import { cancelRun, refreshConversation } from '../api';
import { messages } from '../messages';
import { refreshRun } from '../realtime';

export type Stop = { stop: () => void; stopping: boolean };

/** Stops the run that writes the answer: by the button, or by Esc from anywhere on the page. */
export function useStop(conversationId: string | null, runId: string | null): Stop {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: cancelRun,
    onSuccess: (run) => {
      void refreshRun(client, run.id);
      if (conversationId !== null) void refreshConversation(client, conversationId);
    },
    onError: () => toast.error(messages.stopFailed),
  });
  const stop = () => {
    if (runId !== null && !cancel.isPending) cancel.mutate(runId);
  };
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    // What closes by Esc (a menu, a sheet, an editor) has taken the key before it comes here.
    if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing) stop();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
  return { stop, stopping: cancel.isPending };
}
