import type { Provider } from '@/api';
import { Field, Select, toast } from '@/ui';
import { useUpdateProvider } from '../api';
import { messages } from '../messages';

type Strategy = Provider['load_balance_strategy'];

const words = messages.strategy;
const STRATEGIES: readonly Strategy[] = ['round_robin', 'random', 'least_recently_used'];

/** How calls are spread over the keys; applies at once. */
export function StrategyField({ provider }: { provider: Provider }) {
  const update = useUpdateProvider(provider.id);
  const choose = (strategy: string) =>
    update.mutate(
      { load_balance_strategy: strategy as Strategy, revision: provider.revision },
      { onError: (error) => toast.error(error.message) },
    );
  return (
    <Field label={words.title} hint={words.hints[provider.load_balance_strategy]}>
      <Select
        value={provider.load_balance_strategy}
        onValueChange={choose}
        disabled={update.isPending}
        options={STRATEGIES.map((value) => ({ value, label: words.labels[value] }))}
      />
    </Field>
  );
}
