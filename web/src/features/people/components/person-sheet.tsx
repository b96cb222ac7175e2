import { useState } from 'react';
import type { Account, Role } from '@/api';
import { useMe } from '@/features/session';
import { Button, ConfirmDialog, ErrorNote, Field, Sheet, Time, toast } from '@/ui';
import { useSetActive, useUpdateAccount } from '../api';
import { messages } from '../messages';
import { DeleteDialog } from './delete-dialog';
import { LastSeen, StatusOf } from './people-table';
import { PersonSessions } from './person-sessions';
import { ResetSecondFactor } from './reset-second-factor';
import { RoleSelect } from './role-select';

const words = messages.sheet;

/** A person's account, and what an administrator may do with it. */
export function PersonSheet({ person, onClose }: { person: Account; onClose: () => void }) {
  const [asking, setAsking] = useState<'deactivate' | 'delete' | null>(null);
  const self = useMe().id === person.id;
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onClose()}
      title={person.name}
      status={<StatusOf person={person} />}
      footer={
        !self && (
          <>
            <Button variant="danger" className="mr-auto" onClick={() => setAsking('delete')}>
              {words.delete}
            </Button>
            <Activity person={person} onDeactivate={() => setAsking('deactivate')} />
          </>
        )
      }
    >
      <RoleField person={person} self={self} />
      <Facts person={person} self={self} />
      {!self && <PersonSessions person={person} />}
      {asking === 'deactivate' && (
        <DeactivateDialog person={person} onClose={() => setAsking(null)} />
      )}
      {asking === 'delete' && (
        <DeleteDialog person={person} onClose={() => setAsking(null)} onDeleted={onClose} />
      )}
    </Sheet>
  );
}

function RoleField({ person, self }: { person: Account; self: boolean }) {
  const update = useUpdateAccount();
  const { id, name, revision } = person;
  const change = (role: Role) =>
    update.mutate(
      { id, revision, role },
      { onSuccess: () => toast(words.roleChanged(name, role)) },
    );
  return (
    <div className="flex flex-col gap-3">
      <Field label={words.role} hint={self ? words.self : words.roleHint}>
        <RoleSelect value={person.role} onChange={change} disabled={self || update.isPending} />
      </Field>
      <ErrorNote error={update.error} />
    </div>
  );
}

function Facts({ person, self }: { person: Account; self: boolean }) {
  return (
    <dl className="mt-6 grid grid-cols-[96px_1fr] gap-x-4 gap-y-2.5">
      <dt className="text-fg-3">{messages.form.email}</dt>
      <dd className="min-w-0 break-words">{person.email}</dd>
      <dt className="text-fg-3">{words.joined}</dt>
      <dd>
        <Time at={person.created_at} />
      </dd>
      <dt className="text-fg-3">{words.seen}</dt>
      <dd>
        <LastSeen person={person} />
      </dd>
      <dt className="text-fg-3">{messages.secondFactor.title}</dt>
      <dd className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {person.second_factor ? messages.secondFactor.on : messages.secondFactor.off}
        {person.second_factor && !self && <ResetSecondFactor person={person} />}
      </dd>
    </dl>
  );
}

function Activity({ person, onDeactivate }: { person: Account; onDeactivate: () => void }) {
  const set = useSetActive();
  if (person.status === 'active') return <Button onClick={onDeactivate}>{words.deactivate}</Button>;
  return (
    <Button
      busy={set.isPending}
      onClick={() =>
        set.mutate(
          { id: person.id, active: true },
          {
            onSuccess: () => toast(words.reactivated(person.name)),
            onError: (error) => toast.error(error.message),
          },
        )
      }
    >
      {words.reactivate}
    </Button>
  );
}

function DeactivateDialog({ person, onClose }: { person: Account; onClose: () => void }) {
  const set = useSetActive();
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.deactivateTitle(person.name)}
      confirmLabel={words.deactivate}
      busy={set.isPending}
      onConfirm={() =>
        set.mutate(
          { id: person.id, active: false },
          {
            onSuccess: () => {
              toast(words.deactivated(person.name));
              onClose();
            },
            onError: (error) => toast.error(error.message),
          },
        )
      }
    >
      {words.deactivateBody}
    </ConfirmDialog>
  );
}
