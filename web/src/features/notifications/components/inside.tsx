import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Popover } from 'radix-ui';
import { type KeyboardEvent, type RefObject, useRef } from 'react';
import { Button, ErrorState, Skeleton, toast } from '@/ui';
import { notificationsQuery, settingsQuery, useMarkAllRead, useSetMuted } from '../api';
import { messages } from '../messages';
import { NotificationRow } from './row';

type TrayProps = {
  id: string;
  bell: RefObject<HTMLButtonElement | null>;
  unread: number;
  onClose: () => void;
};

/** What the bell opens; mounted while it is open. */
export function TrayInside({ id, bell, unread, onClose }: TrayProps) {
  const backToBell = (event: Event) => {
    event.preventDefault();
    bell.current?.focus();
  };
  // The bell itself closes what it opened.
  const notTheBell = (event: Event) =>
    bell.current?.contains(event.target as Node) && event.preventDefault();
  return (
    <Popover.Root open onOpenChange={(open) => !open && onClose()}>
      <Popover.Anchor virtualRef={bell as RefObject<HTMLButtonElement>} />
      <Popover.Portal>
        <Popover.Content
          id={id}
          aria-label={messages.title}
          align="end"
          sideOffset={6}
          collisionPadding={8}
          onCloseAutoFocus={backToBell}
          onInteractOutside={notTheBell}
          className="o-pop pop flex max-h-[min(560px,80dvh)] w-[392px] max-w-[calc(100vw-16px)] flex-col p-0 outline-none"
        >
          <Inside unread={unread} onDone={onClose} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** The list, and what the person does not want to hear of. */
function Inside({ unread, onDone }: { unread: number; onDone: () => void }) {
  const list = useInfiniteQuery(notificationsQuery);
  const markAll = useMarkAllRead();
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  const box = useRef<HTMLUListElement>(null);
  return (
    <>
      <div className="flex h-11 flex-none items-center border-b border-line pr-2 pl-4">
        <h2 className="font-semibold">{messages.title}</h2>
        {unread > 0 && (
          <Button
            size="sm"
            variant="ghost"
            className="ml-auto"
            onClick={() =>
              markAll.mutate(undefined, { onError: () => toast.error(messages.actionFailed) })
            }
          >
            {messages.markAll}
          </Button>
        )}
      </div>
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {list.error && (
          <div className="p-3">
            <ErrorState
              title={messages.loadError}
              error={list.error}
              onRetry={() => void list.refetch()}
            />
          </div>
        )}
        {list.isPending && <Loading />}
        {list.data && rows.length === 0 && <Nothing />}
        <ul ref={box} onKeyDown={(event) => moveFocus(event, box.current)}>
          {rows.map((row) => (
            <NotificationRow key={row.id} notification={row} onOpen={onDone} />
          ))}
        </ul>
        {list.hasNextPage && (
          <div className="p-2 text-center">
            <Button
              size="sm"
              variant="ghost"
              busy={list.isFetchingNextPage}
              onClick={() => void list.fetchNextPage()}
            >
              {messages.more}
            </Button>
          </div>
        )}
      </div>
      <Muted />
    </>
  );
}

/** j and k, or the arrows, go from one to the next. */
function moveFocus(event: KeyboardEvent, box: HTMLUListElement | null) {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (!step || !box) return;
  const rows = [...box.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  event.preventDefault();
  rows[Math.max(0, Math.min(rows.length - 1, at + step))]?.focus();
}

function Loading() {
  return (
    <div className="flex flex-col gap-4 p-4">
      {['a', 'b', 'c'].map((key) => (
        <Skeleton key={key} className="h-8 w-full" />
      ))}
    </div>
  );
}

function Nothing() {
  return (
    <div className="px-8 py-12 text-center">
      <p className="display text-display-sm">{messages.empty}</p>
      <p className="mt-1 text-fg-3 text-balance">{messages.emptyHint}</p>
    </div>
  );
}

/** What the person chose not to hear of, with the way back. */
function Muted() {
  const { data } = useQuery(settingsQuery);
  const set = useSetMuted();
  const muted = data?.muted ?? [];
  if (muted.length === 0) return null;
  return (
    <details className="flex-none border-t border-line px-4 py-2">
      <summary className="meta cursor-pointer text-fg-3">
        {messages.mutedKinds(muted.length)}
      </summary>
      <ul className="pt-1">
        {muted.map((kind) => (
          <li key={kind} className="flex items-center py-0.5">
            <span className="first-letter:uppercase">{messages.kind(kind)}</span>
            <Button
              size="sm"
              variant="ghost"
              className="ml-auto"
              onClick={() => set.mutate(muted.filter((other) => other !== kind))}
            >
              {messages.unmute}
            </Button>
          </li>
        ))}
      </ul>
    </details>
  );
}
