import { Note } from '@/ui';
import { messages } from '../messages';
import type { DraftField, DraftProblem } from '../model/draft';
import { focusField } from './section';

/** Above the form after a save that could not be: each problem leads to its field. */
export function ProblemList({ problems }: { problems: Partial<Record<DraftField, DraftProblem>> }) {
  const entries = Object.entries(problems) as [DraftField, DraftProblem][];
  return (
    <Note tone="danger" role="alert">
      <p className="font-semibold">{messages.editor.problems}</p>
      <ul className="mt-1 flex flex-col gap-0.5">
        {entries.map(([field, problem]) => (
          <li key={field}>
            <button
              type="button"
              className="min-h-6 text-left underline underline-offset-3"
              onClick={() => focusField(field)}
            >
              {messages.fields[field]}
            </button>{' '}
            {messages.problems[problem]}
          </li>
        ))}
      </ul>
    </Note>
  );
}
