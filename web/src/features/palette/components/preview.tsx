import { useQuery } from '@tanstack/react-query';
import {
  Activity,
  Bot,
  FolderOpen,
  History,
  type LucideIcon,
  MessageSquareText,
  UserRound,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon, Time } from '@/ui';
import { agentPreviewQuery } from '../api';
import { messages } from '../messages';
import { type PaletteItem, plain } from '../model/items';
import { Pieces } from './pieces';

const ICONS: Record<string, LucideIcon> = {
  agent: Bot,
  conversation: MessageSquareText,
  message: MessageSquareText,
  run: Activity,
  project: FolderOpen,
  person: UserRound,
};

export function iconOf(kind: string): LucideIcon {
  return ICONS[kind] ?? History;
}

/** What the selected row is, before it is opened. */
export function Preview({ item }: { item: PaletteItem }) {
  return (
    <aside
      className="w-[248px] flex-none border-l border-line bg-sunken p-4 max-md:hidden"
      aria-hidden="true"
    >
      <div className="flex items-center gap-3">
        <span className="grid size-9 flex-none place-items-center rounded-lg border border-line-strong bg-raised text-fg-2">
          <Icon icon={item.icon} />
        </span>
        <div className="min-w-0">
          <p className="line-clamp-2 font-semibold break-words">{plain(item.title)}</p>
          <p className="meta text-fg-3">
            {messages.kinds[item.kind] ?? item.kind}
            {item.at && (
              <>
                , <Time at={item.at} />
              </>
            )}
          </p>
        </div>
      </div>
      {item.kind === 'agent' && item.id ? (
        <AgentFacts id={item.id} />
      ) : (
        item.snippet &&
        item.snippet.length > 0 && (
          <p className="mt-3 break-words text-fg-2">
            <Pieces pieces={item.snippet} />
          </p>
        )
      )}
    </aside>
  );
}

function AgentFacts({ id }: { id: string }) {
  const { data: agent } = useQuery(agentPreviewQuery(id));
  if (!agent) return null;
  return (
    <>
      {agent.description && (
        <p className="mt-3 line-clamp-4 break-words text-fg-2">{agent.description}</p>
      )}
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        <Fact name="Model">{agent.model?.name ?? '–'}</Fact>
        <Fact name="Tools">{agent.tools.length}</Fact>
        <Fact name="Steps">at most {agent.max_steps}</Fact>
      </dl>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-fg-3">{name}</dt>
      <dd className="min-w-0 truncate">{children}</dd>
    </>
  );
}
