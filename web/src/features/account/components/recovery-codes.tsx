import { Button, Dialog, useCopy } from '@/ui';
import { messages } from '../messages';

const words = messages.factor;

/** Shown once: only its own button closes it. */
export function RecoveryCodesDialog({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { copied, copy } = useCopy(codes.join('\n'));
  return (
    <Dialog
      open
      lasting
      onOpenChange={onDone}
      title={words.codesTitle}
      description={words.codes}
      footer={
        <>
          <Button onClick={copy}>{copied ? words.copied : words.copy}</Button>
          <Button variant="primary" onClick={onDone}>
            {words.done}
          </Button>
        </>
      }
    >
      <CodeList codes={codes} />
    </Dialog>
  );
}

export function CodeList({ codes }: { codes: string[] }) {
  return (
    <ul className="mono grid grid-cols-[repeat(auto-fit,minmax(19ch,1fr))] gap-x-4 gap-y-1.5 rounded-md bg-sunken p-4 ring-1 ring-inset ring-line">
      {codes.map((code) => (
        <li key={code}>{code}</li>
      ))}
    </ul>
  );
}
