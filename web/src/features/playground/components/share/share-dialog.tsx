import { useQuery } from '@tanstack/react-query';
import { Check, Copy } from 'lucide-react';
import { useId } from 'react';
import type { LinkShare, Share, ShareSet } from '@/api';
import {
  Button,
  Dialog,
  ErrorNote,
  ErrorState,
  Field,
  formatTime,
  Input,
  Select,
  Skeleton,
  Switch,
  useCopy,
} from '@/ui';
import { shareQuery, useShare, useUnshare } from '../../api-sharing';
import { messages } from '../../messages';

const words = messages.share;

type ShareDialogProps = { conversationId: string; projectName: string; onClose: () => void };

/** With whom one's conversation is shared. Each choice applies at once. */
export function ShareDialog({ conversationId, projectName, onClose }: ShareDialogProps) {
  const share = useQuery(shareQuery(conversationId));
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.title}
      description={words.body}
      footer={
        <Button variant="primary" onClick={onClose}>
          {words.done}
        </Button>
      }
    >
      {share.error ? (
        <ErrorState title={words.failed} error={share.error} onRetry={() => void share.refetch()} />
      ) : share.data ? (
        <Choices conversationId={conversationId} projectName={projectName} share={share.data} />
      ) : (
        <Skeleton className="h-32 w-full" />
      )}
    </Dialog>
  );
}

type ChoicesProps = { conversationId: string; projectName: string; share: Share };

function Choices({ conversationId, projectName, share: { project, link } }: ChoicesProps) {
  const share = useShare(conversationId);
  const unshare = useUnshare(conversationId);
  const busy = share.isPending || unshare.isPending;
  const set = (body: Partial<ShareSet> & Pick<ShareSet, 'audience'>) => share.mutate(body);
  const toggle = (audience: ShareSet['audience']) => (on: boolean) =>
    on ? set({ audience }) : unshare.mutate(audience);
  const error = share.error ?? unshare.error;
  return (
    <>
      <Choice
        label={words.project(projectName)}
        hint={words.projectHint}
        checked={project !== null}
        busy={busy}
        onChange={toggle('project')}
      />
      {project && (
        <Choice
          label={words.reply}
          hint={words.replyHint}
          checked={project.may_reply}
          busy={busy}
          onChange={(may_reply) => set({ audience: 'project', may_reply })}
          inset
        />
      )}
      <Choice
        label={words.link}
        hint={words.linkHint}
        checked={link !== null}
        busy={busy}
        onChange={toggle('link')}
      />
      {link && (
        <TheLink
          link={link}
          busy={busy}
          onExpiry={(expires_in_days) => set({ audience: 'link', expires_in_days })}
        />
      )}
      <ErrorNote error={error} />
    </>
  );
}

type ChoiceProps = {
  label: string;
  hint: string;
  checked: boolean;
  busy: boolean;
  inset?: boolean;
  onChange: (on: boolean) => void;
};

function Choice({ label, hint, checked, busy, inset, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div className={inset ? 'flex items-start gap-4 pl-4' : 'flex items-start gap-4'}>
      <div className="min-w-0 flex-1">
        <p id={id} className="font-medium">
          {label}
        </p>
        <p className="meta text-fg-3">{hint}</p>
      </div>
      <Switch aria-labelledby={id} checked={checked} disabled={busy} onCheckedChange={onChange} />
    </div>
  );
}

const KEEP = 'keep';
const DAYS = ['1', '7', '30', '90'] as const;

type TheLinkProps = { link: LinkShare; busy: boolean; onExpiry: (days: number | null) => void };

function TheLink({ link, busy, onExpiry }: TheLinkProps) {
  const address = `${window.location.origin}/shared/${link.token}`;
  const { copied, copy } = useCopy(address);
  const now = link.expires_at
    ? words.until(formatTime(link.expires_at, new Date()))
    : words.untilRevoked;
  return (
    <div className="flex flex-col gap-3 pl-4">
      <div className="flex items-end gap-2">
        <Field label={words.address} className="flex-1">
          <Input mono readOnly value={address} onFocus={(event) => event.currentTarget.select()} />
        </Field>
        <Button icon={copied ? Check : Copy} onClick={copy}>
          {copied ? messages.copied : words.copy}
        </Button>
      </div>
      <Field label={words.expires} hint={words.readers(link.readers)}>
        <Select
          value={KEEP}
          disabled={busy}
          onValueChange={(value) => onExpiry(value === 'never' ? null : Number(value))}
          options={[
            { value: KEEP, label: now },
            ...DAYS.map((value) => ({ value, label: words.days(Number(value)) })),
            ...(link.expires_at ? [{ value: 'never', label: words.untilRevoked }] : []),
          ]}
        />
      </Field>
    </div>
  );
}
