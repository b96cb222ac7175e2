import { Check, Copy } from 'lucide-react';
import { cx } from '../cx';
import { Icon } from '../icon/icon';
import { messages } from '../messages';
import { Tooltip } from '../tooltip/tooltip';
import { useCopy } from '../use-copy';

/** The last six characters tell time-ordered ids apart; the first ones are the date. */
export function shortId(id: string): string {
  return id.length > 12 ? id.slice(-6) : id;
}

/** A short mono id; a click copies the whole. */
export function CopyId({ id, prefix = '' }: { id: string; prefix?: string }) {
  const { copied, copy } = useCopy(id);
  const short = `${prefix}${shortId(id)}`;
  return (
    <Tooltip content={copied ? messages.copied : id}>
      <button
        type="button"
        onClick={copy}
        aria-label={messages.copyId(short)}
        className="group inline-flex min-h-6 items-center gap-1 rounded-sm text-fg-3 hover:text-fg"
      >
        <span className="mono">{short}</span>
        <Icon
          icon={copied ? Check : Copy}
          size={12}
          className={cx(copied ? 'text-success-text' : 'text-fg-4 group-hover:text-fg-3')}
        />
      </button>
    </Tooltip>
  );
}
