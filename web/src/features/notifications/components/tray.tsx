import { useQuery } from '@tanstack/react-query';
import { Bell } from 'lucide-react';
import { Popover } from 'radix-ui';
import { lazy, Suspense, useState } from 'react';
import { useMe } from '@/features/session';
import { IconButton } from '@/ui';
import { unreadQuery } from '../api';
import { messages } from '../messages';
import { useLiveNotifications } from '../realtime';

/** Fetched when it is first opened. */
const TrayInside = lazy(() => import('./inside').then((made) => ({ default: made.TrayInside })));

/** The bell and what it opens. A dot says that something is unread. */
export function NotificationTray() {
  const me = useMe();
  const [open, setOpen] = useState(false);
  useLiveNotifications(me.id);
  const { data } = useQuery(unreadQuery);
  const unread = data?.unread ?? 0;
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <span className="relative inline-grid">
        <Popover.Trigger asChild>
          <IconButton icon={Bell} label={messages.unread(unread)} />
        </Popover.Trigger>
        {unread > 0 && (
          <span
            aria-hidden="true"
            className="pointer-events-none absolute top-1 right-1 size-[7px] rounded-full bg-waiting ring-2 ring-surface max-md:top-2.5 max-md:right-2.5"
          />
        )}
      </span>
      <Popover.Portal>
        <Popover.Content
          aria-label={messages.title}
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="o-pop pop flex max-h-[min(560px,80dvh)] w-[392px] max-w-[calc(100vw-16px)] flex-col p-0 outline-none"
        >
          <Suspense fallback={null}>
            <TrayInside unread={unread} onDone={() => setOpen(false)} />
          </Suspense>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
