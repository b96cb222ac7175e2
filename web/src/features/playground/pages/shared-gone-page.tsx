import { Link } from '@tanstack/react-router';
import { EmptyState, WindowTitle } from '@/ui';
import { messages } from '../messages';

/** Where a link leads that was revoked, has run out or never was. */
export function SharedGonePage() {
  return (
    <main className="grid min-h-dvh place-items-center bg-surface">
      <WindowTitle page={messages.share.goneTitle} />
      <EmptyState
        as="h1"
        title={messages.share.goneTitle}
        secondary={
          <Link to="/" className="link">
            {messages.share.home}
          </Link>
        }
      >
        {messages.share.gone}
      </EmptyState>
    </main>
  );
}
