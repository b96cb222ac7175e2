import { Link } from '@tanstack/react-router';
import type { AuthStatus } from '@/api';
import { Button } from '@/ui';
import { messages } from '../messages';
import { Entrance, EntranceTitle } from './entrance';

const words = messages.passwordsOff;

/** Where somebody came for a password and none opens anything. */
export function PasswordsOff({ status }: { status: AuthStatus }) {
  return (
    <Entrance version={status.version}>
      <EntranceTitle title={words.title}>{words.text(status.sso?.name)}</EntranceTitle>
      <Button asChild variant="primary" size="lg" className="mt-6 w-full">
        <Link to="/login">{words.signIn}</Link>
      </Button>
    </Entrance>
  );
}
