import { cx } from '@/ui';
import { messages } from '../messages';
import { MIN_PASSWORD, strengthOf } from '../model/password';

const BARS = [0, 1, 2, 3];
const COLOUR = ['bg-danger', 'bg-warn', 'bg-success', 'bg-success'];

/** Length is what counts: a phrase beats a puzzle. */
export function PasswordStrength({ password }: { password: string }) {
  const strength = strengthOf(password);
  const count = [...password].length;
  return (
    <span className="flex flex-col gap-1">
      <span className="grid grid-cols-4 gap-1" aria-hidden="true">
        {BARS.map((bar) => (
          <span
            key={bar}
            className={cx(
              'h-[3px] rounded-[2px]',
              count > 0 && bar <= strength ? COLOUR[strength] : 'bg-active',
            )}
          />
        ))}
      </span>
      {count === 0
        ? messages.errors.shortPassword(MIN_PASSWORD)
        : `${messages.strength[strength]} ${messages.characters(count)}`}
    </span>
  );
}
