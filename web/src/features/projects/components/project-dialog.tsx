import { zodResolver } from '@hookform/resolvers/zod';
import { useId } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import type { Project } from '@/api';
import { Button, Dialog, ErrorNote, Field, Input, Textarea } from '@/ui';
import { useCreateProject, useUpdateProject } from '../api';
import { messages } from '../messages';

const words = messages.form;
const schema = z.object({
  name: z.string().trim().min(1, words.needName).max(120),
  description: z.string().max(2000),
});
type Values = z.infer<typeof schema>;

type ProjectDialogProps = {
  /** Absent: a new one. */
  project?: Project;
  onClose: () => void;
  onDone: (project: Project) => void;
};

export function ProjectDialog({ project, onClose, onDone }: ProjectDialogProps) {
  const create = useCreateProject();
  const update = useUpdateProject();
  const formId = useId();
  const form = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: { name: project?.name ?? '', description: project?.description ?? '' },
  });
  const submit = form.handleSubmit((values) => {
    const after = { onSuccess: onDone };
    if (!project) return create.mutate(values, after);
    update.mutate({ id: project.id, revision: project.revision, ...values }, after);
  });
  const error = create.error ?? update.error;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={project ? words.editTitle : words.createTitle}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            busy={create.isPending || update.isPending}
          >
            {project ? words.save : words.create}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <Field label={words.name} error={form.formState.errors.name?.message}>
          <Input {...form.register('name')} autoComplete="off" maxLength={120} />
        </Field>
        <Field label={words.description} optional>
          <Textarea {...form.register('description')} rows={3} maxLength={2000} />
        </Field>
        <ErrorNote error={error} stale={words.stale} />
      </form>
    </Dialog>
  );
}
