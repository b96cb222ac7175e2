import { useQuery } from '@tanstack/react-query';
import type { Project } from '@/api';
import { Button, ErrorState, Time } from '@/ui';
import { deletedProjectsQuery } from '../api';
import { useRestore } from '../hooks/use-restore';
import { messages } from '../messages';

/** Deleted projects that one may bring back; nothing at all when there is none. */
export function ProjectBin() {
  const { data, error, refetch } = useQuery(deletedProjectsQuery);
  if (error) {
    return (
      <div className="mt-9">
        <ErrorState title={messages.binFailed} error={error} onRetry={() => void refetch()} />
      </div>
    );
  }
  if (!data || data.length === 0) return null;
  return (
    <section className="mt-9">
      <h2 className="mb-1 text-md font-semibold">{messages.bin}</h2>
      <ul aria-label={messages.bin} className="border-t border-line">
        {data.map((project) => (
          <BinRow key={project.id} project={project} />
        ))}
      </ul>
    </section>
  );
}

function BinRow({ project }: { project: Project }) {
  const { restore, restoring } = useRestore(project);
  const { name, member_count, updated_at } = project;
  return (
    <li className="flex min-h-14 items-center gap-3 border-b border-line py-2">
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="truncate font-medium text-fg-2">{name}</span>
        <span className="meta truncate text-fg-3">
          {messages.members(member_count)} · {messages.deletedAt} <Time at={updated_at} />
        </span>
      </span>
      <Button size="sm" aria-label={messages.restoreLabel(name)} busy={restoring} onClick={restore}>
        {messages.restore}
      </Button>
    </li>
  );
}
