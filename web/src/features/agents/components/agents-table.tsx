import { Copy, Ellipsis, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Agent } from '@/api';
import { type Column, DataTable, IconButton, Menu, Time } from '@/ui';
import { useAgentActions } from '../hooks/use-agent-actions';
import { useAgentLink } from '../hooks/use-agent-link';
import { messages } from '../messages';

const words = messages.columns;

export interface AgentsTableProps {
  agents: readonly Agent[];
  /** Viewers get no row menu. */
  canEdit: boolean;
  loading: boolean;
  stale: boolean;
  total: number | undefined;
  hasMore: boolean;
  loadingMore: boolean;
  onLoadMore: () => void;
  empty: ReactNode;
}

/** Agents as rows; below 721px as two lines each. */
export function AgentsTable({ agents, canEdit, ...rest }: AgentsTableProps) {
  const agentLink = useAgentLink();
  return (
    <DataTable
      label={messages.title}
      columns={COLUMNS}
      rows={agents}
      rowId={(agent) => agent.id}
      rowLink={(agent) => agentLink(agent.id)}
      narrow={(agent) => ({
        trailing: <Time at={agent.updated_at} />,
        meta: (
          <>
            <span className="truncate">{agent.model?.name ?? messages.noModel}</span>
            <span className="ml-auto flex-none">{messages.toolCount(agent.tools.length)}</span>
          </>
        ),
      })}
      rowActions={canEdit ? (agent) => <RowMenu agent={agent} /> : undefined}
      {...rest}
    />
  );
}

const COLUMNS: readonly Column<Agent>[] = [
  {
    id: 'name',
    header: words.name,
    primary: true,
    cell: (agent) => (
      <>
        {agent.name}
        {agent.description && (
          <span className="ml-2.5 font-normal text-fg-3 max-md:hidden">{agent.description}</span>
        )}
      </>
    ),
  },
  {
    id: 'model',
    header: words.model,
    width: 'w-[20%]',
    cell: (agent) => agent.model?.name ?? <span className="text-fg-3">{messages.noModel}</span>,
  },
  {
    id: 'tools',
    header: words.tools,
    width: 'w-[72px]',
    align: 'end',
    cell: (agent) => agent.tools.length,
  },
  {
    id: 'steps',
    header: words.steps,
    width: 'w-[96px]',
    align: 'end',
    lowValue: true,
    cell: (agent) => agent.max_steps,
  },
  {
    id: 'updated',
    header: words.updated,
    width: 'w-[120px]',
    align: 'end',
    cell: (agent) => <Time at={agent.updated_at} />,
  },
];

function RowMenu({ agent }: { agent: Agent }) {
  const actions = useAgentActions();
  return (
    <Menu
      label={messages.rowActions(agent.name)}
      trigger={<IconButton icon={Ellipsis} label={messages.rowActions(agent.name)} />}
      items={[
        { label: messages.duplicate, icon: Copy, onSelect: () => actions.duplicate(agent) },
        'separator',
        {
          label: messages.remove,
          icon: Trash2,
          danger: true,
          onSelect: () => actions.remove(agent),
        },
      ]}
    />
  );
}
