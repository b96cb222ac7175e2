import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import type { Check, Facts } from '@/api';
import { authStatusQuery, useCan } from '@/features/session';
import { Button, ErrorState, Icon, Mark, Page, Skeleton, useCopy } from '@/ui';
import { checksQuery, factsQuery } from '../api';
import { messages } from '../messages';
import { useSettingsCrumb } from '../use-settings-crumb';

const words = messages.about;

export function AboutPage() {
  const { data: status } = useQuery(authStatusQuery);
  const isAdmin = useCan('admin');
  return (
    <Page title={words.title} summary={words.summary} crumbs={useSettingsCrumb()}>
      <div className="flex max-w-[640px] flex-col gap-9">
        <p className="flex items-center gap-3">
          <Mark />
          <span className="text-lg font-semibold">Orbiter {status?.version}</span>
        </p>
        {isAdmin && <State />}
        {isAdmin && <Report />}
        <section>
          <h2 className="heading pb-1">{words.read}</h2>
          <ul>
            <DocLink page="getting-started">{words.docs}</DocLink>
            <li>
              <Link to="/docs/api" className="link">
                {words.api}
              </Link>
            </li>
            <DocLink page="changelog">{words.changes}</DocLink>
            <DocLink page="third-party">{words.licences}</DocLink>
          </ul>
        </section>
      </div>
    </Page>
  );
}

function DocLink({ page, children }: { page: string; children: string }) {
  return (
    <li className="py-0.5">
      <Link to="/docs/$page" params={{ page }} className="link">
        {children}
      </Link>
    </li>
  );
}

const LOOKS = {
  ok: { icon: CircleCheck, colour: 'text-success' },
  warn: { icon: TriangleAlert, colour: 'text-warn' },
  fail: { icon: CircleX, colour: 'text-danger' },
} as const;

function State() {
  const { data, error, refetch, isFetching } = useQuery(checksQuery);
  return (
    <section>
      <h2 className="heading pb-1">{words.state}</h2>
      {error && (
        <ErrorState
          title={words.stateFailed}
          error={error}
          onRetry={refetch}
          retrying={isFetching}
        />
      )}
      {!data && !error && <Skeleton className="h-40" />}
      <ul>
        {data?.checks.map((check) => (
          <CheckRow key={check.name} check={check} />
        ))}
      </ul>
    </section>
  );
}

/** `disk_space` as people say it. */
function checkName(name: string): string {
  const plain = name.replaceAll('_', ' ');
  return words.checks[name] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

function CheckRow({ check }: { check: Check }) {
  const { icon, colour } = LOOKS[check.status];
  return (
    <li className="flex gap-2.5 border-b border-line py-2 last:border-b-0">
      <Icon icon={icon} className={`mt-0.5 ${colour}`} />
      <div className="min-w-0">
        <p className="break-words">
          <span className="font-medium">{checkName(check.name)}</span>: {check.detail}
        </p>
        {check.remedy && <p className="meta text-fg-2">{check.remedy}</p>}
      </div>
    </li>
  );
}

function Report() {
  const { data, error, refetch, isFetching } = useQuery(factsQuery);
  const { copied, copy } = useCopy(data ? textOf(data) : '');
  return (
    <section>
      <div className="flex items-center justify-between gap-3">
        <div>
          <h2 className="heading">{words.facts}</h2>
          <p className="meta text-fg-3">{words.factsHint}</p>
        </div>
        <Button size="sm" disabled={!data} onClick={copy}>
          {copied ? words.copied : words.copy}
        </Button>
      </div>
      {error && (
        <ErrorState
          title={words.factsFailed}
          error={error}
          onRetry={refetch}
          retrying={isFetching}
        />
      )}
      {!data && !error && <Skeleton className="h-32" />}
      {data && (
        <dl className="pt-2">
          {rowsOf(data).map(([name, value]) => (
            <div key={name} className="flex gap-3 py-0.5">
              <dt className="w-28 flex-none text-fg-3">{name}</dt>
              <dd className="mono min-w-0 break-all">{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function rowsOf(facts: Facts): [string, string][] {
  const names = Object.entries(words.names) as [keyof Facts, string][];
  return names.map(([key, name]) => [name, facts[key]]);
}

function textOf(facts: Facts): string {
  return rowsOf(facts)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}
