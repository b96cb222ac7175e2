import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Account, OwnedCount } from '@/api';
import { Button, Combobox, Dialog, ErrorNote, ErrorState, Field, Select, toast } from '@/ui';
import { activePeopleQuery, ownedQuery, useDeleteAccount } from '../api';
import { messages } from '../messages';

const words = messages.remove;

type DeleteDialogProps = { person: Account; onClose: () => void; onDeleted: () => void };
type Private = 'delete' | 'reassign';

/** Says what a person owns before they go, and asks who takes it over. */
export function DeleteDialog({ person, onClose, onDeleted }: DeleteDialogProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  const owned = useQuery(ownedQuery(person.id));
  const remove = useDeleteAccount();
  const [successor, setSuccessor] = useState<string | null>(null);
  const [privates, setPrivates] = useState<Private>('delete');
  const [missing, setMissing] = useState(false);
  const kinds = (owned.data?.kinds ?? []).filter(({ count }) => count > 0);
  const needs = kinds.some((kind) => !kind.private) || privates === 'reassign';
  const confirm = () => {
    if (needs && successor === null) return setMissing(true);
    remove.mutate(
      { id: person.id, reassign_to: successor, private: privates },
      {
        onSuccess: () => {
          toast(words.done(person.name));
          onDeleted();
        },
      },
    );
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.title(person.name)}
      description={words.body}
      initialFocus={cancel}
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            {messages.cancel}
          </Button>
          <Button
            variant="danger-solid"
            busy={remove.isPending || owned.isPending}
            onClick={confirm}
          >
            {words.confirm}
          </Button>
        </>
      }
    >
      {owned.error ? (
        <ErrorState title={words.failed} error={owned.error} onRetry={() => void owned.refetch()} />
      ) : (
        <Counts kinds={kinds} loading={owned.isPending} />
      )}
      {kinds.some((kind) => kind.private) && (
        <Field label={words.private} hint={words.privateHint}>
          <Select
            value={privates}
            onValueChange={(value) => setPrivates(value as Private)}
            options={(['delete', 'reassign'] as const).map((value) => ({
              value,
              label: words.privateChoices[value],
            }))}
          />
        </Field>
      )}
      {needs && (
        <Successor
          not={person.id}
          value={successor}
          onChange={setSuccessor}
          error={missing && successor === null ? words.needSuccessor : null}
        />
      )}
      <ErrorNote error={remove.error} />
    </Dialog>
  );
}

function Counts({ kinds, loading }: { kinds: OwnedCount[]; loading: boolean }) {
  if (loading) return <p className="text-fg-3">{words.loading}</p>;
  if (kinds.length === 0) return <p>{words.nothing}</p>;
  return (
    <div>
      <p className="font-medium">{words.owns}</p>
      <ul className="mt-1 list-disc pl-5 text-fg-2">
        {kinds.map(({ kind, count }) => (
          <li key={kind}>{words.kinds[kind]?.(count) ?? words.other(count, kind)}</li>
        ))}
      </ul>
    </div>
  );
}

type SuccessorProps = {
  not: string;
  value: string | null;
  onChange: (id: string) => void;
  error: string | null;
};

function Successor({ not, value, onChange, error }: SuccessorProps) {
  const { data: people = [], isPending } = useQuery(activePeopleQuery);
  return (
    <Field label={words.successor} error={error}>
      <Combobox
        value={value}
        onValueChange={onChange}
        loading={isPending}
        placeholder={words.choose}
        searchPlaceholder={words.search}
        options={people
          .filter(({ id }) => id !== not)
          .map(({ id, name, email }) => ({ value: id, label: name, meta: email }))}
      />
    </Field>
  );
}
