import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { Button, EmptyState, ErrorState, WindowTitle } from '@/ui';
import { messages } from './messages';

/** Instead of a page that threw; the shell around it stays when it can. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const words = messages.crash;
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div className="m-auto flex max-w-lg flex-col pb-14">
      <WindowTitle page={words.title} />
      <EmptyState
        as="h1"
        title={words.title}
        action={
          <Button variant="primary" onClick={retry}>
            {words.retry}
          </Button>
        }
        secondary={<HomeLink label={words.home} />}
      >
        {words.body}
      </EmptyState>
      <ErrorState title={words.failed} error={error} />
    </div>
  );
}

export function NotFoundPage() {
  const words = messages.notFound;
  return (
    <div className="m-auto pb-14">
      <WindowTitle page={words.title} />
      <EmptyState as="h1" title={words.title} action={<HomeLink label={words.home} />}>
        {words.body}
      </EmptyState>
    </div>
  );
}

function HomeLink({ label }: { label: string }) {
  return (
    <Link to="/" className="link">
      {label}
    </Link>
  );
}
