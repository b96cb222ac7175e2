import { WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useConnectionState } from '@/realtime';
import { Icon, OrbitRing } from '@/ui';
import { messages } from '../messages';

const LOOK = 'meta inline-flex flex-none items-center gap-1.5 px-1.5 whitespace-nowrap';

/** Says whether what is on screen follows the server by itself. */
export function ConnectionChip() {
  const { status, retryAt } = useConnectionState();
  if (status === 'open') {
    return (
      <span role="status" className={`${LOOK} text-fg-3 max-md:sr-only`}>
        <span aria-hidden="true" className="size-[7px] rounded-full bg-success" />
        {messages.connection.live}
      </span>
    );
  }
  if (status === 'waiting' && retryAt !== null) return <Offline retryAt={retryAt} />;
  return (
    <span role="status" className={`${LOOK} text-fg-3 max-md:sr-only`}>
      <OrbitRing size={12} className="text-running" />
      {messages.connection.connecting}
    </span>
  );
}

function Offline({ retryAt }: { retryAt: number }) {
  const seconds = useSecondsUntil(retryAt);
  return (
    <span className={`${LOOK} text-warn-text`}>
      <Icon icon={WifiOff} size={12} />
      {/* The count would be read out each second; a reader hears the fact once. */}
      <span role="status" className="sr-only">
        {messages.connection.offline}
      </span>
      <span aria-hidden="true">{messages.connection.retrying(seconds)}</span>
    </span>
  );
}

function useSecondsUntil(time: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.ceil((time - now) / 1_000));
}
