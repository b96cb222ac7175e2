import { Link, type LinkProps } from '@tanstack/react-router';
import { Bot, FolderOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Change, Provider, Run } from '@/api';
import { inputPreview, useRunLink } from '@/features/runs';
import { useProject } from '@/features/session';
import { Badge, Button, Icon, StatusIcon, Time } from '@/ui';
import { messages } from '../messages';

type SectionProps = {
  title: string;
  count?: number;
  aside?: ReactNode;
  nothing: string;
  children: readonly ReactNode[];
};

/** A heading over hairline rows, or one sentence when there are none. */
function Section({ title, count, aside, nothing, children }: SectionProps) {
  return (
    <section className="min-w-0">
      <header className="flex min-h-7 items-center gap-2.5 pb-2">
        <h2 className="text-md font-semibold">{title}</h2>
        {count ? <Badge tone="waiting">{count}</Badge> : null}
        <span className="ml-auto">{aside}</span>
      </header>
      {children.length > 0 ? (
        <ul className="border-t border-line">{children}</ul>
      ) : (
        <p className="border-t border-line py-3 text-fg-3">{nothing}</p>
      )}
    </section>
  );
}

type NeedsProps = {
  waiting: readonly Run[];
  failed: readonly Run[];
  providers: readonly Provider[];
  total: number;
};

/** What only a person can move on: decisions first, then what broke. */
export function NeedsYou({ waiting, failed, providers, total }: NeedsProps) {
  const runLink = useRunLink();
  const project = useProject();
  const words = messages.needs;
  const all = (
    <Link
      to="/p/$project/runs"
      params={{ project: project.id }}
      search={waiting.length > 0 ? { status: 'waiting' } : { status: 'failed', period: '24h' }}
      className="text-brand-text underline decoration-brand-line underline-offset-4"
    >
      {words.seeAll}
    </Link>
  );
  return (
    <Section
      title={words.title}
      count={total}
      aside={waiting.length + failed.length > 0 && all}
      nothing={words.nothing}
    >
      {[
        ...waiting.map((run) => (
          <Need
            key={run.id}
            icon="waiting"
            title={inputPreview(run.input) || run.target_name || words.waits}
            hint={
              <>
                {run.target_name ?? words.waits}, <Time at={run.created_at} />
              </>
            }
            link={runLink(run.id)}
            action={words.review}
          />
        )),
        ...failed.map((run) => (
          <Need
            key={run.id}
            icon="failed"
            title={inputPreview(run.input) || run.target_name || ''}
            hint={run.error?.message ?? run.target_name}
            link={runLink(run.id)}
            action={words.openRun}
          />
        )),
        ...providers.map((provider) => (
          <Need
            key={provider.id}
            icon="failed"
            title={words.provider(provider.name)}
            hint={provider.last_error ?? words.providerHint}
            link={{ to: '/p/$project/settings/providers', params: { project: project.id } }}
            action={words.openSettings}
          />
        )),
      ]}
    </Section>
  );
}

type NeedProps = {
  icon: 'waiting' | 'failed';
  title: string;
  hint: ReactNode;
  link: LinkProps;
  action: string;
};

function Need({ icon, title, hint, link, action }: NeedProps) {
  return (
    <li className="flex items-center gap-2.5 border-b border-line py-2.5">
      <span className="self-start pt-[3px]">
        <StatusIcon status={icon} size={16} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{title}</p>
        <p className="meta line-clamp-2 text-fg-3">{hint}</p>
      </div>
      <Button size="sm" asChild>
        <Link {...link} aria-label={`${action}: ${title}`}>
          {action}
        </Link>
      </Button>
    </li>
  );
}

export function RunningNow({ runs }: { runs: readonly Run[] }) {
  const runLink = useRunLink();
  const words = messages.running;
  return (
    <Section title={words.title} nothing={words.nothing}>
      {runs.map((run) => (
        <li key={run.id} className="border-b border-line">
          <Link
            {...runLink(run.id)}
            className="flex min-h-(--o-row) items-center gap-2.5 hover:bg-hover"
          >
            <StatusIcon status="running" size={16} />
            <span className="min-w-0 flex-1 truncate font-medium">{run.target_name}</span>
            <span className="meta flex-none text-fg-3">{words.steps(run.step_count)}</span>
          </Link>
        </li>
      ))}
    </Section>
  );
}

export function Changes({ changes }: { changes: readonly Change[] }) {
  const project = useProject();
  const words = messages.changes;
  return (
    <Section title={words.title} nothing={words.nothing}>
      {changes.map((change) => (
        <li
          key={`${change.at}${change.entity_id}`}
          className="flex min-h-(--o-row) items-center gap-2.5 border-b border-line"
        >
          <Icon icon={change.entity_type === 'agent' ? Bot : FolderOpen} className="text-fg-3" />
          <span className="min-w-0 flex-1 truncate text-fg-2">
            {change.entity_type === 'agent' &&
            change.entity_id &&
            !change.action.endsWith('deleted') ? (
              <Link
                to="/p/$project/agents/$agent"
                params={{ project: project.id, agent: change.entity_id }}
                className="font-medium text-fg hover:underline"
              >
                {change.name}
              </Link>
            ) : (
              <span className="font-medium text-fg">{change.name}</span>
            )}{' '}
            {said(change)}
          </span>
          <span className="meta flex-none text-fg-3">
            <Time at={change.at} />
          </span>
        </li>
      ))}
    </Section>
  );
}

function said({ action }: Change): string {
  const what = action.slice(action.indexOf('.') + 1);
  return messages.changes.did[what] ?? what.replaceAll('_', ' ');
}
