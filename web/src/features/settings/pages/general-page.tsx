import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import type { WorkspaceView } from '@/api';
import { Button, ErrorNote, ErrorState, Field, Input, Page, Skeleton, toast } from '@/ui';
import { useUpdateWorkspace, workspaceQuery } from '../api';
import { messages } from '../messages';
import { useSettingsCrumb } from '../use-settings-crumb';

const words = messages.general;

export function GeneralPage() {
  const { data, error, refetch, isFetching } = useQuery(workspaceQuery);
  return (
    <Page title={words.title} summary={words.summary} crumbs={useSettingsCrumb()}>
      <div className="max-w-[480px]">
        {error && (
          <ErrorState title={words.failed} error={error} onRetry={refetch} retrying={isFetching} />
        )}
        {!data && !error && <Skeleton className="h-40" />}
        {data && <WorkspaceForm view={data} />}
      </div>
    </Page>
  );
}

function WorkspaceForm({ view }: { view: WorkspaceView }) {
  const most = view.most_concurrent_runs;
  const schema = z.object({
    name: z.string().trim().min(1, words.needName).max(120),
    runs: z
      .string()
      .trim()
      .refine((text) => text === '' || (/^\d+$/.test(text) && +text >= 1 && +text <= most), {
        message: words.runsRange(most),
      }),
  });
  const update = useUpdateWorkspace();
  const form = useForm<z.infer<typeof schema>>({
    resolver: zodResolver(schema),
    values: { name: view.name, runs: view.concurrent_runs?.toString() ?? '' },
    mode: 'onTouched',
  });
  const { errors } = form.formState;
  const submit = form.handleSubmit(({ name, runs }) =>
    update.mutate(
      { name, concurrent_runs: runs === '' ? null : Number(runs), revision: view.revision },
      { onSuccess: () => toast(words.saved) },
    ),
  );
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-5">
      <Field label={words.name} hint={words.nameHint} error={errors.name?.message}>
        <Input {...form.register('name')} maxLength={120} />
      </Field>
      <Field label={words.runs} hint={words.runsHint(most)} error={errors.runs?.message}>
        <Input {...form.register('runs')} inputMode="numeric" placeholder={String(most)} />
      </Field>
      <ErrorNote error={update.error} />
      <div>
        <Button type="submit" variant="primary" busy={update.isPending}>
          {words.save}
        </Button>
      </div>
    </form>
  );
}
