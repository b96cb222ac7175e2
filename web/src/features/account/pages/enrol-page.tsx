import { useState } from 'react';
import type { SecondFactorSecret } from '@/api';
import { Entrance, EntranceTitle } from '@/features/entrance';
import { useSignOut } from '@/features/session';
import { Button, toast, useCopy } from '@/ui';
import { useBeginSecondFactor, useConfirmSecondFactor } from '../api';
import { CodeList } from '../components/recovery-codes';
import { PasswordForm, ScanForm } from '../components/set-up-forms';
import { messages } from '../messages';

const words = messages.factor;

/** Where a person is who must have a second factor and has none: nothing else is open to them. */
export function EnrolPage({ onDone }: { onDone: () => void }) {
  const begin = useBeginSecondFactor();
  const confirm = useConfirmSecondFactor();
  const [secret, setSecret] = useState<SecondFactorSecret>();
  const [codes, setCodes] = useState<string[]>();
  if (codes) return <Codes codes={codes} onDone={onDone} />;
  return (
    <Entrance>
      <EntranceTitle title={secret ? words.scanTitle : words.beginTitle}>
        {secret ? words.scan : messages.enrol.why}
      </EntranceTitle>
      <div className="mt-6">
        {secret ? (
          <ScanForm secret={secret} confirm={confirm} onCodes={setCodes} size="lg">
            <Steps label={words.confirm} busy={confirm.isPending} />
          </ScanForm>
        ) : (
          <PasswordForm begin={begin} onSecret={setSecret} size="lg">
            <Steps label={words.next} busy={begin.isPending} />
          </PasswordForm>
        )}
      </div>
    </Entrance>
  );
}

function Steps({ label, busy }: { label: string; busy: boolean }) {
  const leave = useSignOut((error) => toast.error(error.message));
  return (
    <>
      <Button type="submit" variant="primary" size="lg" busy={busy}>
        {label}
      </Button>
      <button type="button" className="link self-center" onClick={leave}>
        {messages.enrol.signOut}
      </button>
    </>
  );
}

function Codes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { copied, copy } = useCopy(codes.join('\n'));
  return (
    <Entrance>
      <EntranceTitle title={words.codesTitle}>{words.codes}</EntranceTitle>
      <div className="mt-6 flex flex-col gap-4">
        <CodeList codes={codes} />
        <Button onClick={copy} size="lg">
          {copied ? words.copied : words.copy}
        </Button>
        <Button onClick={onDone} variant="primary" size="lg">
          {words.done}
        </Button>
      </div>
    </Entrance>
  );
}
