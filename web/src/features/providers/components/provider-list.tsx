import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import type { Model, Provider } from '@/api';
import { Cost, cx, Icon, Skeleton, StatusBadge, Time } from '@/ui';
import { messages } from '../messages';
import { lookOf } from '../model/status';
import { Monogram } from './monogram';

type ProviderListProps = {
  providers: Provider[];
  /** What was spent, by provider; absent for those who may not know. */
  spend?: ReadonlyMap<string, number>;
  models: Model[];
  selected?: string;
};

const ROW =
  'relative -mx-3 grid grid-cols-[36px_minmax(0,1fr)_128px_92px_14px] items-center gap-3.5 rounded-md px-3 py-3 max-md:grid-cols-[36px_minmax(0,1fr)_auto_14px]';

export function ProviderList({ providers, models, selected, spend }: ProviderListProps) {
  return (
    <ul aria-label={messages.list}>
      {providers.map((provider) => (
        <li
          key={provider.id}
          className={cx(
            'border-t border-line last:border-b',
            provider.id === selected && 'border-transparent',
          )}
        >
          <Row
            provider={provider}
            count={models.filter((model) => model.provider_id === provider.id).length}
            selected={provider.id === selected}
            spent={spend && (spend.get(provider.id) ?? 0)}
          />
        </li>
      ))}
    </ul>
  );
}

type RowProps = { provider: Provider; count: number; selected: boolean; spent?: number };

function Row({ provider, count, selected, spent }: RowProps) {
  const failed = provider.status === 'error';
  const { keys } = provider;
  const facts = [
    keys.total > 0 ? messages.keyCount(keys.total) : provider.base_url,
    count > 0 ? messages.models(count) : messages.noModels,
    keys.set_aside > 0 && messages.keysAside(keys.set_aside, keys.total),
  ];
  return (
    <div className={cx(ROW, selected ? 'bg-brand-soft' : 'hover:bg-hover')}>
      <Monogram label={provider.name} />
      <span className="flex min-w-0 flex-col">
        <Link
          from="/p/$project/settings/providers"
          to="."
          search={{ provider: provider.id }}
          aria-current={selected || undefined}
          className="truncate font-semibold after:absolute after:inset-0 after:rounded-md focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
        >
          {provider.name}
        </Link>
        <span className={cx('meta truncate', failed ? 'text-danger-text' : 'text-fg-3')}>
          {(failed && provider.last_error) || facts.filter(Boolean).join(', ')}
        </span>
      </span>
      <StatusBadge appearance="plain" {...lookOf(provider)} />
      <span className="meta text-right text-fg-3 max-md:hidden">
        {spent === undefined ? <Tested provider={provider} /> : <Spent usdMicros={spent} />}
      </span>
      <Icon icon={ChevronRight} size={14} className="text-fg-3" />
    </div>
  );
}

function Tested({ provider }: { provider: Provider }) {
  return provider.last_tested_at ? <Time at={provider.last_tested_at} /> : messages.never;
}

function Spent({ usdMicros }: { usdMicros: number }) {
  return (
    <>
      <span className="block text-sm text-fg">
        <Cost usdMicros={usdMicros} />
      </span>
      {messages.thisMonth}
    </>
  );
}

export function ProviderListSkeleton() {
  return (
    <ul aria-busy="true" aria-label={messages.list}>
      {[0, 1, 2].map((row) => (
        <li key={row} className="border-t border-line last:border-b">
          <div className={ROW}>
            <Skeleton className="size-9" />
            <span className="flex flex-col gap-2">
              <Skeleton className="w-32" />
              <Skeleton className="w-48" />
            </span>
            <Skeleton className="w-20" />
          </div>
        </li>
      ))}
    </ul>
  );
}
