import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Bot, MessageSquareText, Sparkle } from 'lucide-react';
import { useState } from 'react';
import type { Agent } from '@/api';
import { useCan, useProject } from '@/features/session';
import { useShortcut } from '@/shared/shortcuts';
import {
  Badge,
  Button,
  ConfirmDialog,
  cx,
  ErrorState,
  Icon,
  Page,
  Skeleton,
  useMediaQuery,
  WITH_SIDE_PANEL,
} from '@/ui';
import { agentQuery } from '../api';
import { AgentForm } from '../components/agent-form';
import { ConflictDialog } from '../components/conflict-dialog';
import { LeaveGuard } from '../components/leave-guard';
import { TrialPanel } from '../components/trial-panel';
import { type AgentDraftState, useAgentDraft } from '../hooks/use-agent-draft';
import { useSave } from '../hooks/use-save';
import { messages } from '../messages';

const words = messages.editor;

/** One agent: its configuration on the left, a test panel on the right that talks to the draft. */
export function AgentEditorPage() {
  const { agent: id } = useParams({ from: '/p/$project/agents/$agent' });
  const { data: agent, error, refetch } = useQuery(agentQuery(id));
  const crumbs = useCrumbs();
  if (agent) return <OpenAgent key={agent.id} agent={agent} />;
  return (
    <Page title={messages.title} crumbs={crumbs} heading="hidden" flush>
      <div className="flex flex-col gap-3 p-8 max-md:p-4">
        {error ? (
          <ErrorState title={words.loadError} error={error} onRetry={() => void refetch()} />
        ) : (
          <>
            <Skeleton className="h-7 w-64" />
            <Skeleton className="h-64 w-full" />
          </>
        )}
      </div>
    </Page>
  );
}

function useCrumbs() {
  const project = useProject();
  const link = { to: '/p/$project/agents', params: { project: project.id } } as const;
  return [{ label: messages.title, link }];
}

function OpenAgent({ agent }: { agent: Agent }) {
  const canEdit = useCan('developer');
  const beside = useMediaQuery(WITH_SIDE_PANEL);
  const [trying, setTrying] = useState(false);
  const state = useAgentDraft(agent);
  const saving = useSave(state);
  const crumbs = useCrumbs();
  useShortcut('mod+s', () => void saving.save(), canEdit);
  const { base, draft, changed } = state;
  return (
    <Page
      title={draft.name.trim() || agent.name}
      crumbs={crumbs}
      heading="detail"
      leading={<Tile />}
      status={<DraftBadge changes={changed.length} canEdit={canEdit} />}
      actions={
        <Actions
          agent={agent}
          state={state}
          canEdit={canEdit}
          saving={saving.saving}
          onSave={() => void saving.save()}
          onTry={beside ? undefined : () => setTrying(true)}
        />
      }
      flush
    >
      <div className="flex min-h-0 flex-1 border-t border-line">
        <AgentForm state={state} checked={saving.checked} readOnly={!canEdit} />
        {canEdit && (
          <TrialPanel
            base={base}
            draft={draft}
            open={beside || trying}
            onClose={beside ? undefined : () => setTrying(false)}
          />
        )}
      </div>
      {saving.theirs && (
        <ConflictDialog
          base={base}
          draft={draft}
          theirs={saving.theirs}
          busy={saving.saving}
          onKeep={() => void saving.keepMine()}
          onTake={saving.takeTheirs}
          onClose={saving.dismiss}
        />
      )}
      <LeaveGuard changes={changed.length} onDiscard={state.discard} />
    </Page>
  );
}

function Tile() {
  return (
    <span className="grid size-9 flex-none place-items-center rounded-md bg-sunken text-fg-2 ring-1 ring-inset ring-line">
      <Icon icon={Bot} size={18} />
    </span>
  );
}

function DraftBadge({ changes, canEdit }: { changes: number; canEdit: boolean }) {
  return canEdit && changes > 0 ? <Badge tone="warn">{words.changes(changes)}</Badge> : null;
}

interface ActionsProps {
  agent: Agent;
  state: AgentDraftState;
  canEdit: boolean;
  saving: boolean;
  onSave: () => void;
  /** Where the test panel is a sheet. */
  onTry?: () => void;
}

function Actions({ agent, state, canEdit, saving, onSave, onTry }: ActionsProps) {
  const project = useProject();
  const dirty = state.changed.length > 0;
  return (
    <div className="flex flex-wrap items-center gap-2 max-md:w-full max-md:[&>*]:flex-1">
      <Button
        variant="ghost"
        icon={MessageSquareText}
        asChild
        className={cx(dirty && 'max-md:hidden')}
      >
        <Link
          to="/p/$project/playground/{-$thread}"
          params={{ project: project.id, thread: undefined }}
          search={{ agent: agent.id }}
        >
          {words.playground}
        </Link>
      </Button>
      {canEdit && onTry && (
        <Button icon={Sparkle} onClick={onTry}>
          {words.tryDraft}
        </Button>
      )}
      {canEdit && dirty && <DiscardButton state={state} />}
      {canEdit && (
        <Button
          variant="primary"
          busy={saving}
          disabled={!dirty}
          onClick={onSave}
          className={cx(!dirty && 'max-md:hidden')}
        >
          {dirty ? words.save : words.saved}
        </Button>
      )}
    </div>
  );
}

function DiscardButton({ state }: { state: AgentDraftState }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button onClick={() => setAsking(true)}>{words.discard}</Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={words.discardTitle}
        confirmLabel={words.discardConfirm}
        cancelLabel={words.keepEditing}
        onConfirm={() => {
          setAsking(false);
          state.discard();
        }}
      >
        {words.discardBody(state.changed.length)}
      </ConfirmDialog>
    </>
  );
}
