import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { ListTree, MessagesSquare, Share2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useCan, useMe, useProject } from '@/features/session';
import { Button, IconButton, NARROW, Page, Sheet, useMediaQuery, WITH_SIDE_PANEL } from '@/ui';
import { conversationQuery } from '../api';
import { Chat } from '../components/chat/chat';
import { ThreadList } from '../components/threads/thread-list';
import { messages } from '../messages';

/** Few chats are shared: its form is fetched when one is. */
const ShareDialog = lazy(() =>
  import('../components/share/share-dialog').then((made) => ({ default: made.ShareDialog })),
);

const ROUTE = '/p/$project/playground/{-$thread}';

type OpenSheet = 'threads' | 'trace' | null;

/** Conversations, the chat and the trace of what it sets going. */
export function PlaygroundPage() {
  const project = useProject();
  const canWrite = useCan('developer');
  const { thread } = useParams({ from: ROUTE });
  const conversationId = thread ?? null;
  const [sheet, setSheet] = useState<OpenSheet>(null);
  const beside = useMediaQuery(WITH_SIDE_PANEL);
  const close = () => setSheet(null);

  return (
    <Page
      title={useTitle(conversationId)}
      crumbs={[{ label: messages.title, link: { to: ROUTE, params: { project: project.id } } }]}
      heading="hidden"
      flush
      topActions={
        <>
          {canWrite && conversationId && <ShareAction conversationId={conversationId} />}
          <TopActions onShow={setSheet} />
        </>
      }
    >
      <div className="flex min-h-0 flex-1">
        <Threads
          projectId={project.id}
          currentId={conversationId}
          canWrite={canWrite}
          open={sheet === 'threads'}
          onClose={close}
        />
        <Chat
          projectId={project.id}
          canWrite={canWrite}
          conversationId={conversationId}
          traceOpen={beside || sheet === 'trace'}
          onCloseTrace={beside ? undefined : close}
        />
      </div>
    </Page>
  );
}

function useTitle(conversationId: string | null): string {
  const { data } = useQuery({
    ...conversationQuery(conversationId ?? ''),
    enabled: conversationId !== null,
  });
  return data?.title || messages.newChat;
}

/** For the owner alone: who shares a conversation answers for who reads it. */
function ShareAction({ conversationId }: { conversationId: string }) {
  const me = useMe();
  const project = useProject();
  const { data } = useQuery(conversationQuery(conversationId));
  const [open, setOpen] = useState(false);
  if (!data || data.created_by !== me.id) return null;
  return (
    <>
      <Button size="sm" icon={Share2} onClick={() => setOpen(true)}>
        <span className="max-md:sr-only">{messages.share.action}</span>
      </Button>
      {open && (
        <Suspense>
          <ShareDialog
            conversationId={conversationId}
            projectName={project.name}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
}

type TopActionsProps = { onShow: (sheet: OpenSheet) => void };

/** What does not fit beside the chat opens over it. */
function TopActions({ onShow }: TopActionsProps) {
  return (
    <>
      <IconButton
        icon={MessagesSquare}
        label={messages.showConversations}
        className="md:hidden"
        onClick={() => onShow('threads')}
      />
      <IconButton
        icon={ListTree}
        label={messages.showTrace}
        className="lg:hidden"
        onClick={() => onShow('trace')}
      />
    </>
  );
}

type ThreadsProps = {
  projectId: string;
  currentId: string | null;
  canWrite: boolean;
  open: boolean;
  onClose: () => void;
};

function Threads({ projectId, currentId, canWrite, open, onClose }: ThreadsProps) {
  const narrow = useMediaQuery(NARROW);
  const navigate = useNavigate();
  const list = (
    <ThreadList
      projectId={projectId}
      currentId={currentId}
      canWrite={canWrite}
      onOpen={(id) => {
        onClose();
        void navigate({ to: ROUTE, params: { project: projectId, thread: id ?? undefined } });
      }}
      onFollow={onClose}
    />
  );
  if (narrow) {
    return (
      <Sheet
        open={open}
        onOpenChange={(next) => !next && onClose()}
        title={messages.conversations}
        flush
      >
        {list}
      </Sheet>
    );
  }
  return (
    <aside
      aria-label={messages.conversations}
      className="flex w-[212px] flex-none flex-col border-r border-line"
    >
      {list}
    </aside>
  );
}
