import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import type { Conversation, Participants, RunStep } from '@/api';
import { projectsQuery, useMe } from '@/features/session';
import { EmptyState, ErrorState, Skeleton, usePreloadMarkdown } from '@/ui';
import { agentsQuery } from '../../api';
import { participantsQuery } from '../../api-sharing';
import { useChat } from '../../hooks/use-chat';
import { type ConversationView, useConversation } from '../../hooks/use-conversation';
import { useDraft } from '../../hooks/use-draft';
import { useScopedState } from '../../hooks/use-scoped-state';
import { useStartChat } from '../../hooks/use-start-chat';
import { useStop } from '../../hooks/use-stop';
import { useTrace } from '../../hooks/use-trace';
import { messages } from '../../messages';
import { stepToDecide } from '../../model/trace';
import { Composer } from '../composer/composer';
import { TracePanel } from '../trace/trace-panel';
import { ChatActionsProvider, type Selection } from './actions';
import { ChatLane } from './chat-lane';
import { DecisionCard } from './decision-card';
import { EmptyChat } from './empty-chat';

const ROUTE = '/p/$project/playground/{-$thread}';

type ChatProps = {
  projectId: string;
  canWrite: boolean;
  /** Null is a chat that has not begun. */
  conversationId: string | null;
  traceOpen: boolean;
  onCloseTrace?: () => void;
};

/** The chat lane with its composer, and the trace of the run that is shown. */
export function Chat({ projectId, canWrite: mayTalk, conversationId, ...trace }: ChatProps) {
  usePreloadMarkdown();
  const view = useConversation(conversationId);
  const { canWrite, foreign } = useSharedRights(view.conversation, mayTalk && !view.gone);
  const names = useParticipants(view.conversation);
  const [selection, select] = useScopedState<Selection>(conversationId);
  const { agents, agentId, choosing, setAgentId } = useAgentChoice(projectId, conversationId, view);
  const { items } = view;
  const usualAgentId = view.conversation?.agent_id ?? null;
  const facts = { conversationId, items, agents, agentId, usualAgentId, canWrite, select, names };
  const chat = useChat(facts);
  const { start, starting } = useStartChat(projectId, agentId, chat.send);
  const { stop, stopping } = useStop(conversationId, canWrite ? view.activeRunId : null);
  const draft = useDraft(conversationId);
  const active = useTrace(view.activeRunId);
  const undecided = stepToDecide(active.run, active.steps);

  const send = async (text: string) => {
    if (conversationId === null) return start(text);
    chat.send(conversationId, text);
    return true;
  };
  const sending = starting || items.at(-1)?.status === 'sending';
  const phase = view.activeRunId !== null ? 'answering' : sending ? 'sending' : 'idle';
  return (
    <ChatActionsProvider value={chat}>
      <section aria-label={messages.chat} className="flex min-h-0 min-w-0 flex-1 flex-col">
        {foreign && <SharedBanner by={foreign} canWrite={canWrite} />}
        <ChatLane
          {...view}
          conversationId={conversationId}
          selection={selection}
          waiting={undecided !== null}
        >
          <LaneEnd view={view} undecided={undecided} canWrite={canWrite} choosing={choosing}>
            <EmptyChat
              agent={agents.find(({ id }) => id === agentId)}
              project={projectId}
              canWrite={canWrite}
              onStart={(text) => void send(text)}
            />
          </LaneEnd>
        </ChatLane>
        {canWrite && (
          <Composer
            draft={draft}
            agents={agents}
            agentId={agentId}
            onAgentChange={setAgentId}
            replying={items.length > 0}
            phase={phase}
            stopping={stopping}
            onSend={send}
            onStop={stop}
          />
        )}
      </section>
      <TracePanel
        project={projectId}
        runId={
          view.gone
            ? null
            : (selection?.runId ?? items.findLast((item) => item.runId !== null)?.runId ?? null)
        }
        selection={selection}
        onSelect={select}
        open={trace.traceOpen}
        onClose={trace.onCloseTrace}
      />
    </ChatActionsProvider>
  );
}

/** Whose conversation it is when it is another's, and whether one may write in it. */
function useSharedRights(conversation: Conversation | undefined, mayTalk: boolean) {
  const me = useMe();
  const shared = conversation?.created_by === me.id ? null : (conversation?.sharing ?? null);
  const { data: projects = [] } = useQuery(projectsQuery);
  const role = projects.find(({ id }) => id === conversation?.project_id)?.my_role ?? null;
  const mayReply = shared?.project === 'reply' && (role === 'developer' || role === 'admin');
  return { canWrite: mayTalk && (!shared || mayReply), foreign: shared?.owner_name ?? null };
}

/** The names behind the ids, where several people see a conversation. */
function useParticipants(conversation: Conversation | undefined): Participants {
  const { data } = useQuery({
    ...participantsQuery(conversation?.id ?? ''),
    enabled: conversation?.sharing != null,
  });
  return data ?? NOBODY;
}

const NOBODY: Participants = { people: [], agents: [] };

function SharedBanner({ by, canWrite }: { by: string; canWrite: boolean }) {
  return (
    <p role="note" className="border-b border-line bg-sunken px-6 py-2 text-fg-2 max-md:px-4">
      {canWrite ? messages.share.replying(by) : messages.share.reading(by)}
    </p>
  );
}

/** The agent of the next message: chosen here, else the conversation's, else the address's, else the first. */
function useAgentChoice(
  projectId: string,
  conversationId: string | null,
  { conversation }: ConversationView,
) {
  const { data: agents = NO_AGENTS, isFetching } = useQuery(agentsQuery(projectId));
  const [chosen, setAgentId] = useScopedState<string>(conversationId);
  const { agent: asked } = useSearch({ from: ROUTE });
  const wanted = chosen ?? conversation?.agent_id ?? asked;
  const found = agents.find(({ id }) => id === wanted);
  // One made a moment ago may be missing from what is shown: nobody is asked in its place.
  const choosing = !found && isFetching && (wanted !== undefined || agents.length === 0);
  const agentId = choosing ? null : ((found ?? agents[0])?.id ?? null);
  return { agents, agentId, choosing, setAgentId };
}

const NO_AGENTS: never[] = [];

type LaneEndProps = {
  view: ConversationView;
  undecided: RunStep | null;
  canWrite: boolean;
  /** The agent to ask is not known yet. */
  choosing: boolean;
  children: React.ReactNode;
};

/** Below the last message: a decision to take, or what stands in for messages that are not there. */
function LaneEnd({ view, undecided, canWrite, choosing, children }: LaneEndProps) {
  if (view.gone) return <Ended />;
  if (view.loading) return <Loading />;
  if (view.error && view.items.length === 0) {
    return <ErrorState title={messages.threadFailed} error={view.error} onRetry={view.retry} />;
  }
  if (undecided) return <DecisionCard key={undecided.id} step={undecided} canWrite={canWrite} />;
  return view.items.length === 0 && !choosing ? children : null;
}

/** Deleted, or shared no longer, maybe while it was being read. */
function Ended() {
  const { project } = useParams({ from: ROUTE });
  return (
    <div role="alert">
      <EmptyState
        title={messages.share.endedTitle}
        secondary={
          <Link to={ROUTE} params={{ project, thread: undefined }} className="link">
            {messages.share.newChat}
          </Link>
        }
      >
        {messages.share.ended}
      </EmptyState>
    </div>
  );
}

function Loading() {
  return (
    <div className="flex flex-col gap-6">
      <Skeleton className="ml-auto h-12 w-3/4" />
      <Skeleton className="h-24 w-full" />
    </div>
  );
}
