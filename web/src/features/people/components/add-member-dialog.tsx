import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProjectMember, Role } from '@/api';
import { Button, Combobox, Dialog, ErrorNote, Field, toast } from '@/ui';
import { activePeopleQuery, useSetMember } from '../api';
import { messages } from '../messages';
import { RoleSelect } from './role-select';

const words = messages.members;

type AddMemberDialogProps = { projectId: string; members: ProjectMember[]; onClose: () => void };

export function AddMemberDialog({ projectId, members, onClose }: AddMemberDialogProps) {
  const { data: people = [], isPending } = useQuery(activePeopleQuery);
  const [person, setPerson] = useState<string | null>(null);
  const [role, setRole] = useState<Role>('developer');
  const [missing, setMissing] = useState(false);
  const set = useSetMember(projectId);
  const inside = new Set(members.map(({ user_id }) => user_id));
  const add = () => {
    if (person === null) return setMissing(true);
    set.mutate(
      { userId: person, role },
      {
        onSuccess: ({ name }) => {
          toast(words.added(name));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.addTitle}
      footer={
        <>
          <Button onClick={onClose}>{messages.cancel}</Button>
          <Button variant="primary" busy={set.isPending} onClick={add}>
            {words.add}
          </Button>
        </>
      }
    >
      <Field label={words.person} error={missing && person === null ? words.needPerson : null}>
        <Combobox
          value={person}
          onValueChange={setPerson}
          loading={isPending}
          placeholder={words.choose}
          searchPlaceholder={words.search}
          options={people
            .filter(({ id }) => !inside.has(id))
            .map(({ id, name, email }) => ({ value: id, label: name, meta: email }))}
        />
      </Field>
      <Field label={words.role}>
        <RoleSelect value={role} onChange={setRole} />
      </Field>
      <ErrorNote error={set.error} />
    </Dialog>
  );
}
