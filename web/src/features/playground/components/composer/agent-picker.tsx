import { Bot, ChevronDown } from 'lucide-react';
import type { Agent } from '@/api';
import { Combobox, Icon } from '@/ui';
import { messages } from '../../messages';

type AgentPickerProps = {
  agents: Agent[];
  value: string | null;
  onChange: (id: string) => void;
};

export function AgentPicker({ agents, value, onChange }: AgentPickerProps) {
  const options = agents.map(({ id, name, model }) => ({
    value: id,
    label: name,
    icon: Bot,
    meta: model?.name,
  }));
  return (
    <Combobox
      aria-label={messages.chooseAgent}
      value={value}
      onValueChange={onChange}
      options={options}
      placeholder={messages.chooseAgent}
      searchPlaceholder={messages.searchAgents}
      triggerClassName="inline-flex h-7 min-w-0 max-w-56 items-center gap-1.5 rounded-md border border-line-strong bg-raised px-[9px] text-xs font-book text-fg-2 hover:bg-hover max-md:h-10"
      trigger={(chosen) => (
        <>
          <Icon icon={Bot} size={12} className="text-fg-3" />
          <span className="truncate font-strong text-fg">
            {chosen?.label ?? messages.chooseAgent}
          </span>
          <Icon icon={ChevronDown} size={12} className="text-fg-3" />
        </>
      )}
    />
  );
}
