import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SecondFactor } from '@/api';
import { Badge, Button, ErrorState, Skeleton, toast } from '@/ui';
import { secondFactorQuery, useDisableSecondFactor, useRenewRecoveryCodes } from '../api';
import { messages } from '../messages';
import { ProofDialog } from './proof-dialog';
import { RecoveryCodesDialog } from './recovery-codes';
import { Section } from './section';
import { SetUpDialog } from './set-up-dialog';

const words = messages.factor;
type Asking = 'set-up' | 'renew' | 'disable';

export function SecondFactorSection() {
  const { data, error, isFetching, refetch } = useQuery(secondFactorQuery);
  const badge = data && (
    <Badge tone={data.enabled ? 'success' : 'neutral'}>{data.enabled ? words.on : words.off}</Badge>
  );
  return (
    <Section title={words.title} aside={badge}>
      {error && !data ? (
        <ErrorState
          title={words.loadFailed}
          error={error}
          onRetry={() => void refetch()}
          retrying={isFetching}
        />
      ) : data ? (
        <State state={data} />
      ) : (
        <Skeleton className="h-16 w-full max-w-[520px]" />
      )}
    </Section>
  );
}

function State({ state }: { state: SecondFactor }) {
  const [asking, setAsking] = useState<Asking>();
  const [codes, setCodes] = useState<string[]>();
  const close = () => setAsking(undefined);
  const show = (made: string[]) => {
    close();
    setCodes(made);
  };
  return (
    <div className="flex max-w-[520px] flex-col gap-3">
      <p className="text-fg-2">
        {words.why} {state.enabled && words.left(state.recovery_codes_left)}
      </p>
      <div className="flex gap-2">
        {state.enabled ? (
          <>
            <Button onClick={() => setAsking('renew')}>{words.renew}</Button>
            <Button variant="danger" onClick={() => setAsking('disable')}>
              {words.disable}
            </Button>
          </>
        ) : (
          <Button onClick={() => setAsking('set-up')}>{words.setUp}</Button>
        )}
      </div>
      {asking === 'set-up' && <SetUpDialog onClose={close} onCodes={show} />}
      {asking === 'renew' && <Renew onClose={close} onCodes={show} />}
      {asking === 'disable' && <Disable onClose={close} />}
      {codes && <RecoveryCodesDialog codes={codes} onDone={() => setCodes(undefined)} />}
    </div>
  );
}

function Renew({ onClose, onCodes }: { onClose: () => void; onCodes: (codes: string[]) => void }) {
  const renew = useRenewRecoveryCodes();
  return (
    <ProofDialog
      title={words.renewTitle}
      text={words.renewText}
      label={words.renew}
      busy={renew.isPending}
      error={renew.error}
      onClose={onClose}
      onProof={(proof) =>
        renew.mutate(proof, { onSuccess: (made) => onCodes(made.recovery_codes) })
      }
    />
  );
}

function Disable({ onClose }: { onClose: () => void }) {
  const disable = useDisableSecondFactor();
  return (
    <ProofDialog
      title={words.disableTitle}
      text={words.disableText}
      label={words.disable}
      busy={disable.isPending}
      error={disable.error}
      onClose={onClose}
      onProof={(proof) =>
        disable.mutate(proof, {
          onSuccess: () => {
            toast(words.disabled);
            onClose();
          },
        })
      }
    />
  );
}
