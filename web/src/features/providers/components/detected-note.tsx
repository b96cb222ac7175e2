import { useQuery } from '@tanstack/react-query';
import type { Provider } from '@/api';
import { Button, Note } from '@/ui';
import { detectedQuery, useCreateProvider } from '../api';
import { messages } from '../messages';

type DetectedNoteProps = { providers: Provider[]; onCreated: (provider: Provider) => void };

/** Proposes what runs on this machine; nothing is added without a click. */
export function DetectedNote({ providers, onCreated }: DetectedNoteProps) {
  const { data = [] } = useQuery(detectedQuery);
  const create = useCreateProvider();
  const known = new Set(providers.map((provider) => provider.base_url?.replace(/\/$/, '')));
  const found = data.find(({ base_url }) => !known.has(base_url.replace(/\/$/, '')));
  if (!found) return null;
  const add = () =>
    create.mutate(
      { name: 'Ollama', provider_type: found.provider_type, base_url: found.base_url },
      { onSuccess: onCreated },
    );
  return (
    <Note
      tone="info"
      action={
        <Button size="sm" busy={create.isPending} onClick={add}>
          {messages.addOllama}
        </Button>
      }
    >
      {messages.detected(found.base_url, found.models.length)} {create.error?.message}
    </Note>
  );
}
