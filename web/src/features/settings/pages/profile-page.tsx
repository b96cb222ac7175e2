import { zodResolver } from '@hookform/resolvers/zod';
import { Link } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import type { User } from '@/api';
import { useMe, useProject, useUpdateMe } from '@/features/session';
import { Button, ErrorNote, Field, Input, Page, toast } from '@/ui';
import { messages } from '../messages';
import { useSettingsCrumb } from '../use-settings-crumb';

const words = messages.profile;
const schema = z.object({ name: z.string().trim().min(1, words.needName) });
type Values = z.infer<typeof schema>;

export function ProfilePage() {
  const me = useMe();
  return (
    <Page title={words.title} summary={words.summary} crumbs={useSettingsCrumb()}>
      <div className="flex max-w-[480px] flex-col gap-5">
        <NameForm me={me} />
        <section>
          <h2 className="font-medium">{words.email}</h2>
          <p className="mt-1 break-words">{me.email}</p>
          <p className="meta text-fg-3">
            {words.emailHint}{' '}
            <Link
              to="/p/$project/settings/security"
              params={{ project: useProject().id }}
              className="link"
            >
              {words.changeEmail}
            </Link>
          </p>
        </section>
        <section>
          <h2 className="font-medium">{words.role}</h2>
          <p className="mt-1">{words.roles[me.role]}</p>
          <p className="meta text-fg-3">{words.rights[me.role]}</p>
        </section>
      </div>
    </Page>
  );
}

function NameForm({ me }: { me: User }) {
  const update = useUpdateMe();
  const form = useForm<Values>({
    resolver: zodResolver(schema),
    values: { name: me.name },
    mode: 'onTouched',
  });
  const submit = form.handleSubmit(({ name }) =>
    update.mutate({ name, revision: me.revision }, { onSuccess: () => toast(words.saved) }),
  );
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <div className="flex items-start gap-2">
        <Field
          label={words.name}
          hint={words.nameHint}
          error={form.formState.errors.name?.message}
          className="flex-1"
        >
          <Input {...form.register('name')} autoComplete="name" />
        </Field>
        <Button type="submit" variant="primary" busy={update.isPending} className="mt-[26px]">
          {words.save}
        </Button>
      </div>
      <ErrorNote error={update.error} />
    </form>
  );
}
