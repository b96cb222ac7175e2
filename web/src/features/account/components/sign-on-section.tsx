import { useQuery } from '@tanstack/react-query';
import { useLocation, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { SignInLink } from '@/api';
import { useMe } from '@/features/session';
import { Badge, Button, ConfirmDialog, ErrorState, Note, Skeleton, Time, toast } from '@/ui';
import { signInLinkQuery, useConnectSignIn, useDisconnectSignIn } from '../api';
import { messages } from '../messages';
import { ProofDialog } from './proof-dialog';
import { Section } from './section';

const words = messages.signOn;
type Reason = keyof typeof words.reasons;

/** Absent on a server that has no single sign-on, unless a try to connect has just failed. */
export function SignOnSection() {
  const { sso }: { sso?: string } = useSearch({ strict: false });
  const { data, error, isFetching, refetch } = useQuery(signInLinkQuery);
  if (data && !data.available && !data.linked && !sso) return null;
  return (
    <Section title={words.title} aside={data && <State linked={data.linked} />}>
      {error && !data ? (
        <ErrorState
          title={words.loadFailed}
          error={error}
          onRetry={() => void refetch()}
          retrying={isFetching}
        />
      ) : data ? (
        <div className="flex max-w-[520px] flex-col gap-3">
          <Outcome reason={sso} linked={data.linked} />
          <Link link={data} />
        </div>
      ) : (
        <Skeleton className="h-16 w-full max-w-[520px]" />
      )}
    </Section>
  );
}

function State({ linked }: { linked: boolean }) {
  return (
    <Badge tone={linked ? 'success' : 'neutral'}>{linked ? words.linked : words.notLinked}</Badge>
  );
}

/** What the way to the provider and back came to; what holds no more is not said. */
function Outcome({ reason, linked }: { reason: string | undefined; linked: boolean }) {
  if (reason === 'moved' && !linked) return <Note role="status">{words.moved}</Note>;
  if (!reason || linked !== (reason === 'connected')) return null;
  if (linked) {
    return (
      <Note tone="success" role="status">
        {words.connected}
      </Note>
    );
  }
  const known = Object.hasOwn(words.reasons, reason) ? (reason as Reason) : 'unknown';
  return (
    <Note tone="danger" role="alert">
      {words.reasons[known]}
    </Note>
  );
}

function Link({ link }: { link: SignInLink }) {
  return link.linked ? <Linked link={link} /> : <NotLinked link={link} />;
}

function NotLinked({ link }: { link: SignInLink }) {
  const [asking, setAsking] = useState(false);
  const { pathname } = useLocation();
  const { has_password } = useMe();
  const connect = useConnectSignIn();
  const label = words.connect(link.name);
  const close = () => {
    setAsking(false);
    connect.reset();
  };
  return (
    <>
      <p className="text-fg-2">{link.available ? words.why(link.name) : words.off}</p>
      {link.available && (
        <div>
          <Button onClick={() => setAsking(true)}>{label}</Button>
        </div>
      )}
      {asking && (
        <ProofDialog
          title={words.connectTitle}
          text={has_password ? words.connectText : words.connectFresh}
          label={label}
          busy={connect.isPending}
          error={connect.error}
          onClose={close}
          onProof={({ password, code }) =>
            connect.mutate({ next: pathname, proof: { password, code: code || null } })
          }
        />
      )}
    </>
  );
}

function Linked({ link }: { link: SignInLink }) {
  const [asking, setAsking] = useState(false);
  const disconnect = useDisconnectSignIn();
  const confirmed = () =>
    disconnect.mutate(undefined, {
      onSuccess: () => toast(words.disconnected),
      onError: (error) => toast.error(error.message),
      onSettled: () => setAsking(false),
    });
  return (
    <>
      <p className="text-fg-2">
        {link.email ? words.as(link.name, link.email) : words.asNobody(link.name)}{' '}
        {link.last_used_at && (
          <>
            {words.used} <Time at={link.last_used_at} />.
          </>
        )}{' '}
        {!link.available && words.off}
      </p>
      {link.removable ? (
        <div>
          <Button variant="danger" onClick={() => setAsking(true)}>
            {words.disconnect}
          </Button>
        </div>
      ) : (
        <p className="meta text-fg-3">{words.onlyWay}</p>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={words.disconnectTitle}
        confirmLabel={words.disconnect}
        busy={disconnect.isPending}
        onConfirm={confirmed}
      >
        {words.disconnectText}
      </ConfirmDialog>
    </>
  );
}
