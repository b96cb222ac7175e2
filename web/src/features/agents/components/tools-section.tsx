import { useQuery } from '@tanstack/react-query';
import { Braces, Calculator, Clock, Globe, type LucideIcon, Wrench } from 'lucide-react';
import type { BuiltinTool } from '@/api';
import { ErrorState, Icon, Skeleton, Switch, Tag } from '@/ui';
import { builtinToolsQuery } from '../api';
import { messages } from '../messages';
import type { EditProps } from './edit-props';
import { FieldAnchor, Section } from './section';

const words = messages.tools;

const ICON: Record<string, LucideIcon> = {
  calculator: Calculator,
  current_time: Clock,
  json_query: Braces,
  web_fetch: Globe,
};

/** Which tools the agent may call, with what each of them does to the world. */
export function ToolsSection({ draft, change, readOnly }: EditProps) {
  const catalogue = useQuery(builtinToolsQuery);
  const on = new Set(draft.tools.map((tool) => tool.tool));
  const toggle = (name: string, checked: boolean) =>
    change({
      tools: checked
        ? [...draft.tools, { tool: name }]
        : draft.tools.filter((tool) => tool.tool !== name),
    });
  const known = new Set(catalogue.data?.map((tool) => tool.name));
  const gone = catalogue.data ? [...on].filter((name) => !known.has(name)) : [];
  const { title, body } = messages.sections.tools;
  return (
    <Section title={title} body={body(on.size)}>
      <FieldAnchor field="tools">
        {catalogue.error && (
          <ErrorState
            title={words.loadError}
            error={catalogue.error}
            onRetry={() => void catalogue.refetch()}
          />
        )}
        {catalogue.isPending && <ToolsSkeleton />}
        {catalogue.data && (
          <ul className="rounded-lg border border-line bg-raised">
            {catalogue.data.map((tool) => (
              <ToolRow
                key={tool.name}
                tool={tool}
                on={on.has(tool.name)}
                readOnly={readOnly}
                onToggle={(checked) => toggle(tool.name, checked)}
              />
            ))}
            {gone.map((name) => (
              <ToolRow
                key={name}
                tool={{ name, label: name, description: words.unknown }}
                on
                readOnly={readOnly}
                onToggle={(checked) => toggle(name, checked)}
              />
            ))}
          </ul>
        )}
      </FieldAnchor>
    </Section>
  );
}

interface ToolRowProps {
  tool: Pick<BuiltinTool, 'name' | 'label' | 'description'> & { effect?: BuiltinTool['effect'] };
  on: boolean;
  readOnly: boolean;
  onToggle: (checked: boolean) => void;
}

/** What the model reads goes on for lines; people need what the tool does. */
function firstSentence(text: string): string {
  return text.split(/(?<=\.)\s/)[0] ?? text;
}

function ToolRow({ tool, on, readOnly, onToggle }: ToolRowProps) {
  return (
    <li className="flex items-center gap-3 border-t border-line px-3 py-2 first:border-0">
      <span className="grid size-7 flex-none place-items-center rounded-md bg-sunken text-fg-2 ring-1 ring-inset ring-line">
        <Icon icon={ICON[tool.name] ?? Wrench} />
      </span>
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="flex items-center gap-2">
          <span className="truncate font-medium">{tool.label}</span>
          {tool.effect && <Tag>{words.effects[tool.effect] ?? tool.effect}</Tag>}
        </span>
        <span className="meta text-fg-3" title={tool.description}>
          {firstSentence(tool.description)}
        </span>
      </span>
      <Switch aria-label={tool.label} checked={on} disabled={readOnly} onCheckedChange={onToggle} />
    </li>
  );
}

function ToolsSkeleton() {
  return (
    <div className="flex flex-col rounded-lg border border-line bg-raised">
      {['w-1/3', 'w-1/4', 'w-2/5'].map((width) => (
        <div
          key={width}
          className="flex h-[54px] flex-col justify-center gap-2 border-t border-line px-3 first:border-0"
        >
          <Skeleton className={width} />
          <Skeleton className="w-3/5" />
        </div>
      ))}
    </div>
  );
}
