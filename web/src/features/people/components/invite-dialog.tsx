import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { z } from 'zod';
import type { InviteLink } from '@/api';
import { projectsQuery, useProject } from '@/features/session';
import { showFieldErrors } from '@/shared/forms';
import { Button, Dialog, ErrorNote, Field, Input, Select } from '@/ui';
import { useInvite } from '../api';
import { messages } from '../messages';
import { RoleSelect } from './role-select';

const FIELDS = ['email'] as const;

const words = messages.form;
const schema = z.object({
  email: z.email(words.needEmail),
  role: z.enum(['viewer', 'developer', 'admin']),
  project: z.string(),
});
type Values = z.infer<typeof schema>;

type InviteDialogProps = { onClose: () => void; onMade: (made: InviteLink) => void };

export function InviteDialog({ onClose, onMade }: InviteDialogProps) {
  const invite = useInvite();
  const formId = useId();
  const { projects, first } = useManagedProjects();
  const form = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: { email: '', role: 'developer', project: first },
  });
  const submit = form.handleSubmit(({ email, role, project }) =>
    invite.mutate(
      { email, role, projects: project ? [{ project_id: project, role }] : [] },
      {
        onSuccess: onMade,
        onError: (error) => showFieldErrors(error, FIELDS, form.setError),
      },
    ),
  );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.title}
      footer={
        <>
          <Button onClick={onClose}>{messages.cancel}</Button>
          <Button type="submit" form={formId} variant="primary" busy={invite.isPending}>
            {words.submit}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <Field label={words.email} error={form.formState.errors.email?.message}>
          <Input {...form.register('email')} type="email" autoComplete="off" />
        </Field>
        <Controller
          control={form.control}
          name="role"
          render={({ field }) => (
            <Field label={words.role}>
              <RoleSelect value={field.value} onChange={field.onChange} />
            </Field>
          )}
        />
        {projects.length > 0 && (
          <Controller
            control={form.control}
            name="project"
            render={({ field }) => (
              <Field label={words.project} hint={words.projectHint}>
                <Select
                  value={field.value}
                  onValueChange={field.onChange}
                  options={projects.map(({ id, name }) => ({ value: id, label: name }))}
                />
              </Field>
            )}
          />
        )}
        <ErrorNote error={invite.error} fields={FIELDS} />
      </form>
    </Dialog>
  );
}

/** Those to which one may add people, the open one first chosen. */
function useManagedProjects() {
  const open = useProject();
  const { data = [] } = useQuery(projectsQuery);
  const projects = data.filter(({ my_role }) => my_role === 'admin');
  const first = projects.find(({ id }) => id === open.id) ?? projects[0];
  return { projects, first: first?.id ?? '' };
}
