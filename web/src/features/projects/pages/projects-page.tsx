import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Project } from '@/api';
import { projectsQuery, useMe } from '@/features/session';
import {
  Button,
  Dialog,
  EmptyState,
  ErrorState,
  Mark,
  PageHeading,
  Skeleton,
  toast,
  useWorkspaceName,
  WindowTitle,
} from '@/ui';
import { useJoinProject } from '../api';
import { ProjectBin } from '../components/project-bin';
import { ProjectDialog } from '../components/project-dialog';
import { ProjectRow } from '../components/project-row';
import { messages } from '../messages';

/** Every project that one may see; it stands outside of them all. */
export function ProjectsPage() {
  const me = useMe();
  const workspace = useWorkspaceName();
  const projects = useQuery(projectsQuery);
  const [editing, setEditing] = useState<Project | 'new' | null>(null);
  const [joining, setJoining] = useState<Project | null>(null);
  const create = me.role !== 'viewer' && (
    <Button variant="primary" icon={Plus} aria-keyshortcuts="n" onClick={() => setEditing('new')}>
      {messages.create}
    </Button>
  );
  return (
    <main className="min-h-dvh bg-surface">
      <WindowTitle page={messages.title} />
      <div className="mx-auto w-full max-w-[760px] px-8 pt-7 pb-12 max-md:px-4">
        <Link to="/" className="mb-8 inline-flex items-center gap-2 font-semibold">
          <Mark />
          {workspace}
        </Link>
        <PageHeading
          title={messages.title}
          summary={messages.summary}
          actions={create}
          className="mb-5"
        />
        {projects.error ? (
          <ErrorState
            title={messages.failed}
            error={projects.error}
            onRetry={() => void projects.refetch()}
          />
        ) : (
          <List projects={projects.data} onEdit={setEditing} onJoin={setJoining} />
        )}
        {me.role === 'admin' && <ProjectBin />}
      </div>
      {editing && (
        <ProjectDialog
          project={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(null)}
          onDone={() => setEditing(null)}
        />
      )}
      {joining && <JoinDialog project={joining} onClose={() => setJoining(null)} />}
    </main>
  );
}

type ListProps = {
  projects: Project[] | undefined;
  onEdit: (project: Project) => void;
  onJoin: (project: Project) => void;
};

function List({ projects, onEdit, onJoin }: ListProps) {
  if (!projects) return <Skeleton className="h-40 w-full" />;
  if (projects.length === 0) {
    return <EmptyState title={messages.noneTitle}>{messages.none}</EmptyState>;
  }
  return (
    <ul aria-label={messages.title} className="border-t border-line">
      {projects.map((project) => (
        <ProjectRow
          key={project.id}
          project={project}
          onEdit={() => onEdit(project)}
          onJoin={() => onJoin(project)}
        />
      ))}
    </ul>
  );
}

function JoinDialog({ project, onClose }: { project: Project; onClose: () => void }) {
  const me = useMe();
  const join = useJoinProject();
  const confirm = () =>
    join.mutate(
      { id: project.id, me: me.id },
      {
        onSuccess: () => {
          toast(messages.joined(project.name));
          onClose();
        },
        onError: (error) => toast.error(error.message),
      },
    );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={messages.joinTitle(project.name)}
      description={messages.joinBody}
      width="confirm"
      footer={
        <>
          <Button onClick={onClose}>{messages.form.cancel}</Button>
          <Button variant="primary" busy={join.isPending} onClick={confirm}>
            {messages.join}
          </Button>
        </>
      }
    />
  );
}
