import { useSuspenseQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { authStatusQuery } from '@/features/session';
import { Button, Note } from '@/ui';
import { messages } from '../messages';

const words = messages.sso;

/** The way in through the provider, when there is one, and why the last try did not end here. */
export function SingleSignOn() {
  const { data: status } = useSuspenseQuery(authStatusQuery);
  const { sso: reason, next = '/' }: { sso?: string; next?: string } = useSearch({ strict: false });
  const sentence = reason && (Object.hasOwn(words.reasons, reason) ? reason : 'unknown');
  return (
    <>
      {sentence && (
        <Note tone="danger" role="alert">
          {words.reasons[sentence as keyof typeof words.reasons]}
        </Note>
      )}
      {status.sso && (
        <Button asChild size="lg">
          <a href={`/api/v1/auth/oidc/start?next=${encodeURIComponent(next)}`}>
            {words.go(status.sso.name)}
          </a>
        </Button>
      )}
    </>
  );
}
