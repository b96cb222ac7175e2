import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Project } from '@/api';
import { projectsQuery, useMe } from '@/features/session';
import { Button, Dialog, EmptyState, ErrorState, Page, Skeleton, toast } from '@/ui';
import { useJoinProject } from '../api';
import { ProjectBin } from '../components/project-bin';
import { ProjectDialog } from '../components/project-dialog';
import { ProjectRow } from '../components/project-row';
import { messages } from '../messages';

/** Every project that one may see; it belongs to none of them. */
export function ProjectsPage() {
  const me = useMe();
  const projects = useQuery(projectsQuery);
  const [editing, setEditing] = useState<Project | 'new' | null>(null);
  const [joining, setJoining] = useState<Project | null>(null);
  const create = me.role !== 'viewer' && (
    <Button variant="primary" icon={Plus} aria-keyshortcuts="n" onClick={() => setEditing('new')}>
      {messages.create}
    </Button>
  );
  return (
    <Page title={messages.title} summary={messages.summary} actions={create}>
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
      {editing && (
        <ProjectDialog
          project={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(null)}
          onDone={() => setEditing(null)}
        />
      )}
      {joining && <JoinDialog project={joining} onClose={() => setJoining(null)} />}
    </Page>
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
