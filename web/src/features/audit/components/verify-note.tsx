import type { AuditCheck } from '@/api';
import { CopyId, Note } from '@/ui';
import { messages } from '../messages';

const words = messages.verify;

/** What a check of the chain found. */
export function VerifyNote({ check, error }: { check?: AuditCheck; error: Error | null }) {
  if (error) {
    return (
      <Note tone="danger" role="alert">
        {words.failed} {error.message}
      </Note>
    );
  }
  if (!check) return null;
  if (check.problem) {
    return (
      <Note tone="danger" role="alert">
        {words[check.problem.kind](check.problem.seq)}
      </Note>
    );
  }
  return (
    <Note tone="success" role="status">
      {words.ok(check.checked)}{' '}
      <span title={words.headHint}>
        {words.head}: <CopyId id={check.head} />
      </span>
    </Note>
  );
}
