import type { OidcCheck } from '@/api';
import { Button, Note } from '@/ui';
import { useCheckOidc } from '../api';
import { messages } from '../messages';

export function Check() {
  const check = useCheckOidc();
  const failure = check.error?.message ?? check.data?.error;
  return (
    <div className="flex flex-col gap-3 border-t border-line pt-6">
      <div className="flex items-center gap-3">
        <Button busy={check.isPending} onClick={() => check.mutate()}>
          {messages.check}
        </Button>
        <p className="meta text-fg-3">{messages.checkHint}</p>
      </div>
      {failure && (
        <Note tone="danger" role="alert">
          {failure}
        </Note>
      )}
      {check.data?.ok && <Found found={check.data} />}
    </div>
  );
}

function Found({ found }: { found: OidcCheck }) {
  const facts = [
    [messages.foundIssuer, found.issuer],
    [messages.foundAuthorization, found.authorization_endpoint],
    [messages.foundToken, found.token_endpoint],
    [messages.foundEnd, found.end_session_endpoint ?? messages.noEnd],
    [messages.foundAlgorithms, found.algorithms.join(', ')],
    [messages.foundKeys, String(found.keys)],
  ] as const;
  return (
    <Note tone="success" role="status">
      <p>{messages.found}</p>
      <dl className="mt-2 grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1">
        {facts.map(([term, value]) => (
          <div key={term} className="contents">
            <dt className="meta text-fg-3">{term}</dt>
            <dd className="mono min-w-0 break-all">{value}</dd>
          </div>
        ))}
      </dl>
    </Note>
  );
}
