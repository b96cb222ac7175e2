import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { SignInUpdate, SignInView } from '@/api';
import { useCan, useProject } from '@/features/session';
import { SettingRow, useSettingsCrumb } from '@/features/settings';
import {
  Badge,
  Button,
  ConfirmDialog,
  ErrorNote,
  ErrorState,
  Note,
  Page,
  Segmented,
  Skeleton,
  Switch,
  toast,
} from '@/ui';
import { signInQuery, useUpdateSignIn } from '../api';
import { messages } from '../messages';

type Rule = SignInView['second_factor'];
const RANK: Record<Rule, number> = { nobody: 0, admins: 1, everyone: 2 };
const RULES = (['nobody', 'admins', 'everyone'] as const).map((value) => ({
  value,
  label: messages.rules[value],
}));

/** Which ways in are allowed, and from whom a second factor is required; for administrators. */
export function SignInPage() {
  const admin = useCan('admin');
  const { data, error, refetch, isFetching } = useQuery({ ...signInQuery, enabled: admin });
  return (
    <Page title={messages.title} summary={messages.summary} crumbs={useSettingsCrumb()}>
      {!admin ? (
        <Note>{messages.admins}</Note>
      ) : data ? (
        <Methods view={data} />
      ) : error ? (
        <ErrorState
          title={messages.loadFailed}
          error={error}
          onRetry={() => void refetch()}
          retrying={isFetching}
        />
      ) : (
        <Skeleton className="h-64 w-full max-w-[640px]" />
      )}
    </Page>
  );
}

type Asking = 'password' | Exclude<Rule, 'nobody'>;

function Methods({ view }: { view: SignInView }) {
  const update = useUpdateSignIn();
  const [asking, setAsking] = useState<Asking>();
  const save = (change: SignInUpdate) =>
    update.mutate(
      { ...change, revision: view.revision },
      { onSuccess: () => toast(messages.saved), onSettled: () => setAsking(undefined) },
    );
  const choose = (rule: Rule) =>
    rule !== 'nobody' && RANK[rule] > RANK[view.second_factor]
      ? setAsking(rule)
      : save({ second_factor: rule });
  return (
    <div className="flex max-w-[640px] flex-col gap-8">
      <ErrorNote error={update.error} />
      <Group title={messages.ways}>
        <SettingRow
          id="password"
          label={messages.password}
          hint={`${messages.passwordHint} ${messages.connected(view.connected_admins)}`}
        >
          <Switch
            aria-labelledby="password"
            checked={view.password}
            onCheckedChange={(on) => (on ? save({ password: true }) : setAsking('password'))}
          />
        </SettingRow>
        <SignOnRow view={view} />
      </Group>
      <Group title={messages.factor}>
        <SettingRow id="second-factor" label={messages.require} hint={messages.requireHint}>
          <Segmented<Rule>
            label={messages.require}
            value={view.second_factor}
            onValueChange={choose}
            options={RULES}
          />
        </SettingRow>
      </Group>
      <ConfirmDialog
        open={asking === 'password'}
        onOpenChange={() => setAsking(undefined)}
        title={messages.passwordOffTitle}
        confirmLabel={messages.passwordOffConfirm}
        busy={update.isPending}
        onConfirm={() => save({ password: false })}
      >
        {messages.passwordOff(view.provider_name)}
        <span className="mt-3 block">{messages.rescue}</span>
        <code className="mono mt-1 block break-words">{messages.command}</code>
      </ConfirmDialog>
      {asking && asking !== 'password' && (
        <Raise view={view} rule={asking} busy={update.isPending} onDone={setAsking} onSave={save} />
      )}
    </div>
  );
}

type RaiseProps = {
  view: SignInView;
  rule: Exclude<Rule, 'nobody'>;
  busy: boolean;
  onDone: (asking: undefined) => void;
  onSave: (change: SignInUpdate) => void;
};

function Raise({ view, rule, busy, onDone, onSave }: RaiseProps) {
  const without = rule === 'admins' ? view.admins_without_factor : view.people_without_factor;
  return (
    <ConfirmDialog
      open
      onOpenChange={() => onDone(undefined)}
      title={messages.raiseTitle[rule]}
      confirmLabel={messages.raiseConfirm}
      busy={busy}
      onConfirm={() => onSave({ second_factor: rule })}
    >
      {messages.raise(without)}
    </ConfirmDialog>
  );
}

function SignOnRow({ view }: { view: SignInView }) {
  const hint = view.single_sign_on ? messages.signOnOn(view.provider_name) : messages.signOnOff;
  return (
    <SettingRow id="single-sign-on" label={messages.signOn} hint={hint}>
      <div className="flex items-center gap-3">
        <Badge tone={view.single_sign_on ? 'success' : 'neutral'}>
          {view.single_sign_on ? messages.on : messages.off}
        </Badge>
        <Button asChild>
          <Link to="/p/$project/settings/single-sign-on" params={{ project: useProject().id }}>
            {messages.signOnSetUp}
          </Link>
        </Button>
      </div>
    </SettingRow>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="heading border-b border-line pb-2">{title}</h2>
      {children}
    </section>
  );
}
