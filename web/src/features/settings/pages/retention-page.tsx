import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorState, Page, Skeleton } from '@/ui';
import { retentionQuery } from '../api';
import { JobList } from '../components/job-list';
import { RetentionForm } from '../components/retention-form';
import { StorageView } from '../components/storage-view';
import { messages } from '../messages';
import { useSettingsCrumb } from '../use-settings-crumb';

const words = messages.retention;

export function RetentionPage() {
  const { data, error, refetch, isFetching } = useQuery(retentionQuery);
  return (
    <Page title={words.title} summary={words.summary} crumbs={useSettingsCrumb()}>
      <div className="flex max-w-[720px] flex-col gap-10">
        <Section title={words.keep}>
          {error && (
            <ErrorState
              title={words.failed}
              error={error}
              onRetry={refetch}
              retrying={isFetching}
            />
          )}
          {!data && !error && <Skeleton className="h-60" />}
          {data && <RetentionForm view={data} />}
        </Section>
        <Section title={words.storage}>
          <StorageView />
        </Section>
        <Section title={words.jobs} hint={words.jobsHint}>
          <JobList />
        </Section>
      </div>
    </Page>
  );
}

function Section(props: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="heading">{props.title}</h2>
      {props.hint && <p className="meta text-fg-3">{props.hint}</p>}
      <div className="pt-2">{props.children}</div>
    </section>
  );
}
