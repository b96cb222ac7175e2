import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useId, useState } from 'react';
import { useProject } from '@/features/session';
import { Button, Dialog, ErrorState, Field, Input } from '@/ui';
import { modelsQuery, useCreateAgent } from '../api';
import { useAgentLink } from '../hooks/use-agent-link';
import { messages } from '../messages';
import { LIMITS } from '../model/draft';
import { groupModels, type ModelRefLike } from '../model/model-choices';
import { ModelPicker } from './model-picker';

const words = messages.create;

/** A name and a model; everything else is set in the editor that opens next. */
export function CreateDialog({ onClose }: { onClose: () => void }) {
  const form = useId();
  const project = useProject();
  const navigate = useNavigate();
  const agentLink = useAgentLink();
  const create = useCreateAgent();
  const models = useQuery(modelsQuery);
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<ModelRefLike | null>(null);
  const [checked, setChecked] = useState(false);
  const [wanted, setWanted] = useState(false);
  const first = groupModels(models.data ?? [])[0]?.models[0];
  const model = chosen ?? (first && { provider_id: first.provider_id, name: first.name }) ?? null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    setWanted(name.trim() !== '');
  };
  // Who is quicker than the list of models has not pressed Enter in vain.
  useEffect(() => {
    if (!wanted || models.isPending) return;
    setWanted(false);
    create.mutate(
      { name: name.trim(), model, project_id: project.id },
      { onSuccess: (agent) => void navigate(agentLink(agent.id)) },
    );
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.title}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button variant="primary" type="submit" form={form} busy={create.isPending || wanted}>
            {words.action}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label={words.name}
          error={checked && name.trim() === '' ? messages.problems.nameMissing : null}
        >
          <Input
            value={name}
            maxLength={LIMITS.name}
            placeholder={words.namePlaceholder}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field label={words.model}>
          <ModelPicker value={model} onChange={setChosen} />
        </Field>
        {create.error && <ErrorState title={messages.failedTo.create} error={create.error} />}
      </form>
    </Dialog>
  );
}
