import { useNavigate } from '@tanstack/react-router';
import { BookOpen, Braces, LogOut, Palette, UserRound } from 'lucide-react';
import { useMe, useProject } from '@/features/session';
import { Menu } from '@/ui';
import { useLeave } from '../hooks/use-leave';
import { messages } from '../messages';

export function UserMenu() {
  const me = useMe();
  const params = { project: useProject().id };
  const navigate = useNavigate();
  const leave = useLeave();
  return (
    <Menu
      label={messages.account}
      trigger={
        <button
          type="button"
          aria-label={`${messages.account}, ${me.name}`}
          className="mx-1 grid size-[26px] flex-none place-items-center rounded-full max-md:size-10"
        >
          <span
            aria-hidden="true"
            className="grid size-[22px] place-items-center rounded-full bg-active text-[10px] font-semibold text-fg-2 ring-1 ring-inset ring-line-strong"
          >
            {initials(me.name)}
          </span>
        </button>
      }
      header={
        <>
          <p className="font-medium">{me.name}</p>
          <p className="meta text-fg-3">{me.email}</p>
        </>
      }
      items={[
        {
          label: messages.profile,
          icon: UserRound,
          onSelect: () => void navigate({ to: '/p/$project/settings/profile', params }),
        },
        {
          label: messages.appearance,
          icon: Palette,
          onSelect: () => void navigate({ to: '/p/$project/settings/appearance', params }),
        },
        'separator',
        {
          label: messages.documentation,
          icon: BookOpen,
          onSelect: () => void navigate({ to: '/docs' }),
        },
        {
          label: messages.apiReference,
          icon: Braces,
          onSelect: () => void navigate({ to: '/docs/api' }),
        },
        'separator',
        { label: messages.signOut, icon: LogOut, onSelect: leave },
      ]}
    />
  );
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends.map((word) => [...(word ?? '')][0]?.toUpperCase() ?? '').join('');
}
