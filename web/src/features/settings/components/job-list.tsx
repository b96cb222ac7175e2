import { useQuery } from '@tanstack/react-query';
import type { JobFire, JobView } from '@/api';
import { Badge, Button, ErrorNote, ErrorState, Note, Skeleton, Time, toast } from '@/ui';
import { jobsQuery, useJobAction } from '../api';
import { messages } from '../messages';

const words = messages.retention;
const TONES = {
  succeeded: 'success',
  failed: 'danger',
  cancelled: 'neutral',
  running: 'running',
} as const;

export function JobList() {
  const { data, error, refetch, isFetching } = useQuery(jobsQuery);
  if (error)
    return (
      <ErrorState title={words.jobsFailed} error={error} onRetry={refetch} retrying={isFetching} />
    );
  if (!data) return <Skeleton className="h-48" />;
  return (
    <ul>
      {data.map((job) => (
        <Job key={job.name} job={job} />
      ))}
    </ul>
  );
}

function Job({ job }: { job: JobView }) {
  const run = useJobAction('run');
  const cancel = useJobAction('cancel');
  const problem = run.error ?? cancel.error;
  return (
    <li className="flex items-start gap-4 border-b border-line py-3 max-md:flex-col max-md:gap-2">
      <div className="min-w-0 flex-1">
        <h3 className="flex items-center gap-2 font-medium">
          {job.title}
          {job.last && (
            <Badge tone={TONES[job.last.outcome]}>{words.outcomes[job.last.outcome]}</Badge>
          )}
        </h3>
        <p className="meta text-fg-3">{job.about}</p>
        <p className="meta text-fg-2">
          {job.last ? (
            <>
              {words.ran} <Time at={job.last.ended_at ?? job.last.started_at} />: {didOf(job.last)}
            </>
          ) : (
            words.never
          )}
          {' · '}
          {words.next} <Time at={job.next_due_at} />
        </p>
        {job.last?.error && <Note tone="danger">{job.last.error}</Note>}
        <ErrorNote error={problem} />
      </div>
      {job.running ? (
        <Button
          size="sm"
          aria-label={`${words.cancel}: ${job.title}`}
          busy={cancel.isPending}
          onClick={() => cancel.mutate(job.name)}
        >
          {words.cancel}
        </Button>
      ) : (
        <Button
          size="sm"
          aria-label={`${words.run}: ${job.title}`}
          busy={run.isPending}
          onClick={() => run.mutate(job.name, { onSuccess: () => toast(words.started(job.title)) })}
        >
          {words.run}
        </Button>
      )}
    </li>
  );
}

function didOf(fire: JobFire): string {
  const done = Object.entries(fire.progress).map(([kind, count]) => words.did(kind, count));
  return done.length ? done.join(', ') : words.didNothing;
}
