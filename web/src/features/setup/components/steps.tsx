import { cx } from '@/ui';
import { messages } from '../messages';

export type Step = 1 | 2 | 3;

export function Steps({ step }: { step: Step }) {
  return (
    <p className="meta mb-[18px] flex items-center gap-2 text-fg-3">
      {[1, 2, 3].map((number) => (
        <span
          key={number}
          aria-hidden="true"
          className={cx('h-[3px] w-7 rounded-[2px]', number <= step ? 'bg-brand' : 'bg-active')}
        />
      ))}
      {messages.step(step)}
    </p>
  );
}
