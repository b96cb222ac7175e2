import { zodResolver } from '@hookform/resolvers/zod';
import { Controller, useForm } from 'react-hook-form';
import { z } from 'zod';
import type { RetentionView } from '@/api';
import { Button, ErrorNote, Input, Switch, toast } from '@/ui';
import { useUpdateRetention } from '../api';
import { messages } from '../messages';
import { SettingRow } from './setting-row';

const words = messages.retention;
const KINDS = ['runs', 'conversations', 'notifications', 'audit_log'] as const;
type Kind = (typeof KINDS)[number];
const MOST_DAYS = 36_500;

const days = (least: number, needed: boolean) =>
  z
    .string()
    .trim()
    .refine(
      (text) =>
        text === '' ? !needed : /^\d+$/.test(text) && +text >= least && +text <= MOST_DAYS,
      {
        message: words.range(least),
      },
    );

export function RetentionForm({ view }: { view: RetentionView }) {
  const least = (kind: Kind) => (kind === 'audit_log' ? view.audit_log_least_days : 1);
  const schema = z.object({
    runs: days(1, false),
    conversations: days(1, false),
    notifications: days(1, true),
    audit_log: days(view.audit_log_least_days, false),
    backup: z.boolean(),
    kept: z.string().refine((text) => /^\d+$/.test(text) && +text >= 3 && +text <= 30, {
      message: words.keptRange,
    }),
  });
  const text = (value: number | null) => value?.toString() ?? '';
  const form = useForm<z.infer<typeof schema>>({
    resolver: zodResolver(schema),
    values: {
      runs: text(view.runs_days),
      conversations: text(view.conversations_days),
      notifications: text(view.notifications_days),
      audit_log: text(view.audit_log_days),
      backup: view.daily_backup,
      kept: text(view.backups_kept),
    },
    mode: 'onTouched',
  });
  const update = useUpdateRetention();
  const number = (value: string) => (value === '' ? null : Number(value));
  const submit = form.handleSubmit((given) =>
    update.mutate(
      {
        runs_days: number(given.runs),
        conversations_days: number(given.conversations),
        notifications_days: number(given.notifications),
        audit_log_days: number(given.audit_log),
        daily_backup: given.backup,
        backups_kept: number(given.kept),
        revision: view.revision,
      },
      { onSuccess: () => toast(words.saved) },
    ),
  );
  const hint = (kind: Kind) =>
    kind === 'audit_log' ? words.hints.audit_log(least(kind)) : words.hints[kind];
  return (
    <form noValidate onSubmit={submit}>
      {KINDS.map((kind) => (
        <NumberRow
          key={kind}
          id={`keep-${kind}`}
          label={words.kinds[kind]}
          hint={form.formState.errors[kind]?.message ?? hint(kind)}
          invalid={Boolean(form.formState.errors[kind])}
          unit={words.days}
        >
          <Input
            {...form.register(kind)}
            aria-labelledby={`keep-${kind}`}
            inputMode="numeric"
            placeholder={kind === 'notifications' ? '90' : words.forever}
          />
        </NumberRow>
      ))}
      <SettingRow id="daily-backup" label={words.backup} hint={words.backupHint}>
        <Controller
          control={form.control}
          name="backup"
          render={({ field }) => (
            <Switch
              aria-labelledby="daily-backup"
              checked={field.value}
              onCheckedChange={field.onChange}
            />
          )}
        />
      </SettingRow>
      <NumberRow
        id="backups-kept"
        label={words.kept}
        hint={form.formState.errors.kept?.message ?? words.keptHint}
        invalid={Boolean(form.formState.errors.kept)}
      >
        <Input {...form.register('kept')} aria-labelledby="backups-kept" inputMode="numeric" />
      </NumberRow>
      <p className="meta py-3 text-fg-3">{words.bin(view.bin_days)}</p>
      <ErrorNote error={update.error} />
      <Button type="submit" variant="primary" busy={update.isPending} className="mt-1">
        {words.save}
      </Button>
    </form>
  );
}

type NumberRowProps = {
  id: string;
  label: string;
  hint: string;
  invalid: boolean;
  unit?: string;
  children: React.ReactNode;
};

function NumberRow({ id, label, hint, invalid, unit, children }: NumberRowProps) {
  return (
    <SettingRow id={id} label={label} hint={hint} tone={invalid ? 'danger' : undefined}>
      <span className="flex items-center gap-2">
        <span className="w-28">{children}</span>
        <span className="meta w-8 text-fg-3">{unit}</span>
      </span>
    </SettingRow>
  );
}
