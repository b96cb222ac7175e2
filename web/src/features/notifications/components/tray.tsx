import { useQuery } from '@tanstack/react-query';
import { Bell } from 'lucide-react';
import { lazy, Suspense, useId, useRef, useState } from 'react';
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
  const bell = useRef<HTMLButtonElement>(null);
  const id = useId();
  useLiveNotifications(me.id);
  const { data } = useQuery(unreadQuery);
  const unread = data?.unread ?? 0;
  return (
    <span className="relative inline-grid">
      <IconButton
        ref={bell}
        icon={Bell}
        label={messages.unread(unread)}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        className="aria-expanded:bg-active aria-expanded:text-fg"
      />
      {unread > 0 && (
        <span
          aria-hidden="true"
          className="pointer-events-none absolute top-1 right-1 size-[7px] rounded-full bg-waiting ring-2 ring-surface max-md:top-2.5 max-md:right-2.5"
        />
      )}
      {open && (
        <Suspense fallback={null}>
          <TrayInside id={id} bell={bell} unread={unread} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </span>
  );
}
