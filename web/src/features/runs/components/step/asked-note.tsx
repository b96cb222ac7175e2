import { useQuery } from '@tanstack/react-query';
import type { RunStep } from '@/api';
import { providersQuery } from '@/features/providers';
import { Chip, Note } from '@/ui';
import { messages } from '../../messages';
import { type Asked, fallbackOf } from '../../model/fallback';

const words = messages.step;

/** Which provider was asked; its name once it is known. */
function useProviderName(step: RunStep): string | undefined {
  const providers = useQuery({ ...providersQuery, enabled: step.provider_id !== null });
  return providers.data?.find(({ id }) => id === step.provider_id)?.name;
}

export function ProviderChip({ step }: { step: RunStep }) {
  const name = useProviderName(step);
  return name ? <Chip label={words.provider}>{name}</Chip> : null;
}

/** In a row of the trace; of a fallback each attempt names its own. */
export function ProviderName({ step }: { step: RunStep }) {
  const name = useProviderName(step);
  return name ? (
    <span className="meta shrink-3 truncate text-fg-3 max-md:hidden">{name}</span>
  ) : null;
}

/** Says in words that another model answered than the one that was asked first. */
export function FallbackNote({ step, steps }: { step: RunStep; steps: readonly RunStep[] }) {
  const asked = fallbackOf(step, steps);
  if (asked.length === 0) return null;
  return (
    <div className="px-5 pt-2">
      <Note tone="info">{`${asked.map(sentence).join('; ')}.`}</Note>
    </div>
  );
}

function sentence({ model, error }: Asked): string {
  if (error === null) return words.answered(model);
  if (error === undefined) return words.isAsked(model);
  return words.failed(model, words.reasons[error] ?? words.otherReason);
}
