import { Link, useNavigate } from '@tanstack/react-router';
import { Ellipsis, Pencil, Trash2, Users } from 'lucide-react';
import type { Project } from '@/api';
import { Badge, Button, IconButton, Menu, type MenuItem, Time, toast } from '@/ui';
import { useDeleteProject } from '../api';
import { useRestore } from '../hooks/use-restore';
import { messages } from '../messages';

type ProjectRowProps = { project: Project; onEdit: () => void; onJoin: () => void };

export function ProjectRow({ project, onEdit, onJoin }: ProjectRowProps) {
  const { id, name, description, my_role } = project;
  const items = useActions(project, onEdit);
  return (
    <li className="flex min-h-14 items-center gap-3 border-b border-line py-2">
      <span className="flex min-w-0 flex-1 flex-col">
        {my_role === null ? (
          <span className="truncate font-medium text-fg-2">{name}</span>
        ) : (
          <Link
            to="/p/$project"
            params={{ project: id }}
            aria-label={messages.open(name)}
            className="truncate font-medium hover:underline"
          >
            {name}
          </Link>
        )}
        <span className="meta truncate text-fg-3">
          {messages.members(project.member_count)}
          {description && ` · ${description}`}
        </span>
      </span>
      <span className="meta text-fg-3 max-md:hidden">
        <Time at={project.created_at} />
      </span>
      <Badge>{my_role === null ? messages.outside : messages.roles[my_role]}</Badge>
      {my_role === null ? (
        <Button size="sm" onClick={onJoin}>
          {messages.join}
        </Button>
      ) : (
        <Menu
          label={messages.actions(name)}
          trigger={<IconButton size="sm" icon={Ellipsis} label={messages.actions(name)} />}
          items={items}
        />
      )}
    </li>
  );
}

/** What one's role in the project allows. */
function useActions(project: Project, onEdit: () => void): MenuItem[] {
  const navigate = useNavigate();
  const remove = useRemove(project);
  const role = project.my_role;
  const to = '/p/$project/settings/members';
  return [
    {
      label: messages.manage,
      icon: Users,
      onSelect: () => void navigate({ to, params: { project: project.id } }),
    },
    ...(role === 'viewer' ? [] : [{ label: messages.edit, icon: Pencil, onSelect: onEdit }]),
    ...(role === 'admin'
      ? [{ label: messages.delete, icon: Trash2, danger: true, onSelect: remove }]
      : []),
  ];
}

/** Deletes at once and offers to take it back. */
function useRemove({ id, name }: Project): () => void {
  const remove = useDeleteProject();
  const { restore } = useRestore({ id, name });
  return () =>
    remove.mutate(id, {
      onSuccess: () => toast.undo(messages.deleted(name), restore),
      onError: (error) => toast.error(error.message),
    });
}
