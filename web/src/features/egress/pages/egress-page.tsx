import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, type Egress } from '@/api';
import { useSettingsCrumb } from '@/features/settings';
import {
  Button,
  Checkbox,
  ErrorNote,
  ErrorState,
  Field,
  Input,
  Note,
  Page,
  Skeleton,
  Textarea,
  toast,
} from '@/ui';
import { egressQuery, useChangeEgress, useTestEgress } from '../api';
import { messages } from '../messages';

const MEGABYTE = 1_000_000;

/** What may be reached from this server, for administrators. */
export function EgressPage() {
  const rules = useQuery(egressQuery);
  return (
    <Page title={messages.title} summary={messages.summary} crumbs={useSettingsCrumb()}>
      {rules.error && !rules.data ? (
        <ErrorState
          title={messages.loadFailed}
          error={rules.error}
          onRetry={() => void rules.refetch()}
        />
      ) : rules.data ? (
        <div className="flex max-w-2xl flex-col gap-8">
          <RulesForm key={rules.data.revision} rules={rules.data} />
          <CheckForm />
          <Allowances rules={rules.data} />
        </div>
      ) : (
        <Skeleton className="h-64" />
      )}
    </Page>
  );
}

const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

function RulesForm({ rules }: { rules: Egress }) {
  const [allowed, setAllowed] = useState(rules.private_hosts.join('\n'));
  const [blocked, setBlocked] = useState(rules.blocked_hosts.join('\n'));
  const [httpsOnly, setHttpsOnly] = useState(rules.https_only);
  const [megabytes, setMegabytes] = useState(String(rules.max_response_bytes / MEGABYTE));
  const [seconds, setSeconds] = useState(String(rules.max_seconds));
  const [redirects, setRedirects] = useState(String(rules.max_redirects));
  const change = useChangeEgress();
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    change.mutate(
      {
        private_hosts: lines(allowed),
        blocked_hosts: lines(blocked),
        https_only: httpsOnly,
        max_response_bytes: Math.round(Number(megabytes) * MEGABYTE),
        max_seconds: Math.round(Number(seconds)),
        max_redirects: Math.round(Number(redirects)),
        revision: rules.revision,
      },
      { onSuccess: () => toast(messages.saved) },
    );
  };
  const { error } = change;
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <Field
        label={messages.private}
        hint={messages.privateHint}
        error={errorOf(error, 'private_hosts')}
      >
        <Textarea mono rows={3} value={allowed} onChange={(e) => setAllowed(e.target.value)} />
      </Field>
      <Field
        label={messages.blocked}
        hint={messages.blockedHint}
        error={errorOf(error, 'blocked_hosts')}
      >
        <Textarea mono rows={3} value={blocked} onChange={(e) => setBlocked(e.target.value)} />
      </Field>
      <div className="flex flex-col gap-1">
        <Checkbox checked={httpsOnly} onCheckedChange={setHttpsOnly}>
          {messages.httpsOnly}
        </Checkbox>
        <p className="meta text-fg-3">{messages.httpsOnlyHint}</p>
      </div>
      <div className="grid grid-cols-3 items-start gap-4 max-md:grid-cols-1">
        <Field label={messages.bytes} error={errorOf(error, 'max_response_bytes')}>
          <Input
            type="number"
            min={0.001}
            max={100}
            step="any"
            value={megabytes}
            onChange={(e) => setMegabytes(e.target.value)}
          />
        </Field>
        <Field label={messages.seconds} error={errorOf(error, 'max_seconds')}>
          <Input
            type="number"
            min={1}
            max={600}
            value={seconds}
            onChange={(e) => setSeconds(e.target.value)}
          />
        </Field>
        <Field label={messages.redirects} error={errorOf(error, 'max_redirects')}>
          <Input
            type="number"
            min={0}
            max={5}
            value={redirects}
            onChange={(e) => setRedirects(e.target.value)}
          />
        </Field>
      </div>
      <ErrorNote error={error} />
      <Button type="submit" variant="primary" busy={change.isPending} className="self-start">
        {messages.save}
      </Button>
    </form>
  );
}

function errorOf(error: Error | null, field: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return error.errors?.find((one) => one.field.split('.')[0] === field)?.message;
}

function CheckForm() {
  const [url, setUrl] = useState('');
  const test = useTestEgress();
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    if (url.trim()) test.mutate(url.trim());
  };
  return (
    <section aria-labelledby="check-address" className="flex flex-col gap-3">
      <h2 id="check-address" className="heading">
        {messages.test}
      </h2>
      <form onSubmit={submit} className="flex items-start gap-2">
        <Field label={messages.url} hideLabel hint={messages.testHint} className="flex-1">
          <Input
            mono
            type="url"
            value={url}
            placeholder="https://"
            onChange={(e) => setUrl(e.target.value)}
          />
        </Field>
        <Button type="submit" busy={test.isPending}>
          {messages.check}
        </Button>
      </form>
      <ErrorNote error={test.error} />
      {test.data && (
        <Note tone={test.data.allowed ? 'success' : 'warn'} role="status">
          {test.data.allowed ? messages.allowed : test.data.reason}
        </Note>
      )}
    </section>
  );
}

function Allowances({ rules }: { rules: Egress }) {
  return (
    <section aria-labelledby="allowances">
      <h2 id="allowances" className="heading">
        {messages.providers}
      </h2>
      <p className="meta mb-2 text-fg-3">{messages.providersHint}</p>
      {rules.allowances.length === 0 ? (
        <p className="meta border-y border-line py-3 text-fg-3">{messages.noProviders}</p>
      ) : (
        <ul>
          {rules.allowances.map((one) => (
            <li
              key={one.provider_id}
              className="flex items-center gap-3 border-t border-line py-2 last:border-b"
            >
              <span className="min-w-0 flex-1 truncate">{one.provider_name}</span>
              <span className="mono meta truncate text-fg-3">
                {one.host}:{one.port}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
