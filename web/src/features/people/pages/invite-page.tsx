import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import type { Invited } from '@/api';
import { Entrance, EntranceTitle } from '@/features/entrance';
import { authStatusQuery, useAcceptInvite } from '@/features/session';
import { showFieldErrors } from '@/shared/forms';
import { Button, ErrorNote, Field, Input, Note, Skeleton } from '@/ui';
import { invitedQuery, useAcceptBySignOn } from '../api';
import { messages } from '../messages';

const FIELDS = ['name', 'password'] as const;

const words = messages.accept;
const MIN_PASSWORD = 12;
const schema = z.object({
  name: z.string().trim().min(1, words.needName).max(120),
  password: z.string().min(MIN_PASSWORD, words.shortPassword(MIN_PASSWORD)),
});
type Values = z.infer<typeof schema>;

type InvitePageProps = {
  token: string;
  /** Why single sign-on did not end in an account. */
  refusal?: string;
  onSignedIn: () => void;
};

/** Where an invite link leads: the invited person chooses a name and a password. */
export function InvitePage({ token: given, refusal, onSignedIn }: InvitePageProps) {
  // Kept from the first moment: once signed in, the address has no token any more.
  const [token] = useState(given);
  // Asked once: signing in empties the cache, and the link is used by then.
  const [invited, setInvited] = useState<Invited>();
  const enabled = token !== '' && invited === undefined;
  const { data, isLoading } = useQuery({ ...invitedQuery(token), enabled });
  if (data && !invited) setInvited(data);
  return (
    <Entrance>
      {isLoading ? (
        <Skeleton className="h-64 w-full" />
      ) : invited ? (
        <Accept token={token} invited={invited} refusal={refusal} onSignedIn={onSignedIn} />
      ) : (
        <Gone />
      )}
    </Entrance>
  );
}

function Gone() {
  return (
    <>
      <EntranceTitle title={words.goneTitle}>{words.gone}</EntranceTitle>
      <p className="mt-6">
        <Link to="/login" className="link">
          {words.signIn}
        </Link>
      </p>
    </>
  );
}

/** By a password, by single sign-on, or by the one of them that is allowed here. */
function Accept({ token, invited, refusal, onSignedIn }: InvitePageProps & { invited: Invited }) {
  const { data: status } = useQuery(authStatusQuery);
  const role = messages.roles[invited.role].toLowerCase();
  const provider = status?.sso?.name;
  return (
    <>
      <EntranceTitle title={words.title}>
        {words.summary(invited.invited_by, role, window.location.host)}
      </EntranceTitle>
      <div className="mt-6 flex flex-col gap-4">
        {refusal && (
          <Note tone="danger" role="alert">
            {words.reasons[refusal] ?? words.reasons.unknown}
          </Note>
        )}
        <Field label={words.email}>
          <Input value={invited.email} readOnly autoComplete="username" size="lg" />
        </Field>
        {!status ? (
          <Skeleton className="h-40 w-full" />
        ) : (
          <>
            {status.password ? (
              <AcceptForm token={token} invited={invited} onSignedIn={onSignedIn} />
            ) : (
              <p className="text-fg-2">{provider ? words.onlyProvider(provider) : words.closed}</p>
            )}
            {status.password && provider && <p className="text-center text-fg-3">{words.or}</p>}
            {provider && <BySignOn token={token} name={provider} />}
          </>
        )}
      </div>
    </>
  );
}

function BySignOn({ token, name }: { token: string; name: string }) {
  const accept = useAcceptBySignOn();
  return (
    <>
      <ErrorNote error={accept.error} />
      <Button size="lg" busy={accept.isPending} onClick={() => accept.mutate(token)}>
        {words.go(name)}
      </Button>
    </>
  );
}

function AcceptForm({ token, invited, onSignedIn }: InvitePageProps & { invited: Invited }) {
  const accept = useAcceptInvite();
  const form = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: { name: invited.name ?? '', password: '' },
    mode: 'onTouched',
  });
  const { errors } = form.formState;
  const submit = form.handleSubmit((values) =>
    accept.mutate(
      { token, ...values },
      {
        onSuccess: onSignedIn,
        onError: (error) => showFieldErrors(error, FIELDS, form.setError),
      },
    ),
  );
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <Field label={words.name} error={errors.name?.message}>
        <Input {...form.register('name')} autoComplete="name" size="lg" />
      </Field>
      <Field
        label={words.password}
        hint={words.passwordHint(MIN_PASSWORD)}
        error={errors.password?.message}
      >
        <Input
          {...form.register('password')}
          type="password"
          autoComplete="new-password"
          size="lg"
        />
      </Field>
      <ErrorNote error={accept.error} fields={FIELDS} />
      <Button type="submit" variant="primary" size="lg" busy={accept.isPending}>
        {words.submit}
      </Button>
    </form>
  );
}
