import { CircleX, Copy, RotateCw } from 'lucide-react';
import { Button } from '../button/button';
import { Icon } from '../icon/icon';
import { IconButton } from '../icon-button/icon-button';
import { messages } from '../messages';
import { useCopy } from '../use-copy';

export type ErrorStateProps = {
  /** What failed, in words: “Runs could not be loaded”. */
  title: string;
  /** An `ApiError` says what happened and carries the request id; anything else only its message. */
  error?: unknown;
  onRetry?: () => void;
  retrying?: boolean;
};

/** Stands inside the panel that failed, not instead of the page. */
export function ErrorState({ title, error, onRetry, retrying }: ErrorStateProps) {
  const requestId = requestIdOf(error);
  return (
    <div
      role="alert"
      className="flex gap-2.5 rounded-md bg-danger-soft px-3 py-2.5 text-danger-text ring-1 ring-inset ring-danger-line"
    >
      <Icon icon={CircleX} className="mt-0.5" />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p>
          <strong className="font-semibold">{title}.</strong>{' '}
          {error instanceof Error && error.message}
        </p>
        {requestId && <RequestId id={requestId} />}
      </div>
      {onRetry && (
        <Button size="sm" icon={RotateCw} busy={retrying} onClick={onRetry}>
          {messages.retry}
        </Button>
      )}
    </div>
  );
}

function RequestId({ id }: { id: string }) {
  const { copied, copy } = useCopy(id);
  return (
    <p className="meta flex items-center gap-1">
      {messages.request} <code className="mono">{id}</code>
      <IconButton
        size="sm"
        icon={Copy}
        label={copied ? messages.copied : messages.copyRequestId}
        onClick={copy}
        className="text-inherit"
      />
    </p>
  );
}

function requestIdOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('requestId' in error)) return null;
  return typeof error.requestId === 'string' ? error.requestId : null;
}
