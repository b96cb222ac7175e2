import type { Agent } from '@/api';
import { Button, Dialog } from '@/ui';
import { messages } from '../messages';
import { type AgentDraft, conflicts, type DraftField, draftOf } from '../model/draft';

const words = messages.conflict;
const SHOWN = 160;

export interface ConflictDialogProps {
  base: Agent;
  draft: AgentDraft;
  theirs: Agent;
  busy: boolean;
  onKeep: () => void;
  onTake: () => void;
  onClose: () => void;
}

/** Somebody else saved first: shows what differs, then keeps mine or takes theirs. */
export function ConflictDialog(props: ConflictDialogProps) {
  const theirs = draftOf(props.theirs);
  const found = conflicts(draftOf(props.base), props.draft, theirs);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && props.onClose()}
      title={words.title}
      description={`${words.body} ${found.length === 0 ? words.same : words.keepHint}`}
      width="wide"
      footer={
        <>
          <Button onClick={props.onTake}>{words.take}</Button>
          <Button variant="primary" busy={props.busy} onClick={props.onKeep}>
            {words.keep}
          </Button>
        </>
      }
    >
      {found.length > 0 && (
        <ul aria-label={words.title} className="max-h-[50vh] overflow-auto">
          {found.map(({ field, side }) => (
            <li key={field} className="border-t border-line py-3">
              <p className="mb-1.5 flex items-baseline gap-2">
                <span className="font-medium">{messages.fields[field]}</span>
                <span className="meta text-fg-3">
                  {words.by} {words.sides[side]}
                </span>
              </p>
              <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
                <Side name={words.yours} text={shown(props.draft, field)} />
                <Side name={words.theirs} text={shown(theirs, field)} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function Side({ name, text }: { name: string; text: string }) {
  return (
    <div className="min-w-0">
      <p className="meta text-fg-3">{name}</p>
      <p className="break-words whitespace-pre-wrap text-fg-2">{text}</p>
    </div>
  );
}

function shown(draft: AgentDraft, field: DraftField): string {
  const text = textOf(draft, field).trim();
  if (text === '') return words.empty;
  return text.length > SHOWN ? `${text.slice(0, SHOWN).trimEnd()}…` : text;
}

function textOf(draft: AgentDraft, field: DraftField): string {
  if (field === 'tools') return draft.tools.map((tool) => tool.tool).join(', ');
  if (field === 'starters') return draft.starters.join('\n');
  if (field === 'model') return draft.model?.name ?? '';
  return String(draft[field] ?? '');
}
