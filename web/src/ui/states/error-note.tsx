import { messages } from '../messages';
import { Note } from './note';

export type ErrorNoteProps = {
  /** Of the request that was sent; nothing is shown without one. */
  error: Error | null;
  /** Fields that show the server's word themselves: there is nothing left to say when it is about these alone. */
  fields?: readonly string[];
  /** For a form that does not take in what somebody else saved meanwhile (412). */
  stale?: string;
  /** In words of one's own, where the server's are not for this reader. */
  reason?: (error: Error) => string;
};

/** Why what was just sent did not go through; stands above the button that sent it. */
export function ErrorNote({ error, fields = [], stale = messages.stale, reason }: ErrorNoteProps) {
  if (!error || isShown(error, fields)) return null;
  return (
    <Note tone="danger" role="alert">
      {isStale(error) ? stale : (reason?.(error) ?? error.message)}
    </Note>
  );
}

function isShown(error: Error & { errors?: { field: string }[] }, fields: readonly string[]) {
  return !!error.errors?.length && error.errors.every(({ field }) => fields.includes(field));
}

function isStale(error: Error): boolean {
  return 'status' in error && error.status === 412;
}
