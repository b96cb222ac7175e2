import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import type { Model, Provider } from '@/api';
import { cx, Icon, Skeleton, StatusBadge, Time } from '@/ui';
import { messages } from '../messages';
import { statusOf } from '../model/status';
import { Monogram } from './monogram';

type ProviderListProps = {
  providers: Provider[];
  models: Model[];
  selected?: string;
};

const ROW =
  'relative -mx-3 grid grid-cols-[36px_minmax(0,1fr)_128px_92px_14px] items-center gap-3.5 rounded-md px-3 py-3 max-md:grid-cols-[36px_minmax(0,1fr)_auto_14px]';

export function ProviderList({ providers, models, selected }: ProviderListProps) {
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
          />
        </li>
      ))}
    </ul>
  );
}

type RowProps = { provider: Provider; count: number; selected: boolean };

function Row({ provider, count, selected }: RowProps) {
  const failed = provider.status === 'error';
  const facts = [provider.base_url, count > 0 ? messages.models(count) : messages.noModels];
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
      <StatusBadge appearance="plain" status={statusOf(provider)} />
      <span className="meta text-right text-fg-3 max-md:hidden">
        {provider.last_tested_at ? <Time at={provider.last_tested_at} /> : messages.never}
      </span>
      <Icon icon={ChevronRight} size={14} className="text-fg-3" />
    </div>
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
