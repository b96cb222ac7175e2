import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { Search, X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { useMe, useProject } from '@/features/session';
import { Icon, Kbd, OrbitRing, useFocusReturn } from '@/ui';
import { docsQuery, namesQuery, searchQuery } from '../api';
import { messages } from '../messages';
import {
  docsGroup,
  FILTERS,
  type Filter,
  type Group,
  groupName,
  hitGroups,
  matching,
  namedGroups,
  type PaletteCommand,
  type PaletteItem,
  parse,
} from '../model/items';
import { keepRecent, readRecent } from '../model/recent';
import { Pieces } from './pieces';
import { iconOf, Preview } from './preview';

const PAUSE_MS = 120;
const LEAST = 2;

type Props = { commands: readonly PaletteCommand[]; onClose: () => void };

/** Everything that can be opened or done, by name; mounted while it is open. */
export function Palette({ commands, onClose }: Props) {
  const [typed, setTyped] = useState('');
  const [filter, setFilter] = useState<Filter>('all');
  const [chosen, setChosen] = useState('');
  const { groups, searching, failed } = useGroups(commands, typed, filter);
  const items = groups.flatMap((group) => group.items);
  const current = items.find((item) => item.key === chosen) ?? items[0];
  const open = useOpen(onClose);
  const turn = (event: KeyboardEvent) => {
    if (event.key !== 'Tab') return;
    event.preventDefault();
    const step = event.shiftKey ? FILTERS.length - 1 : 1;
    setFilter(FILTERS[(FILTERS.indexOf(filter) + step) % FILTERS.length] ?? 'all');
  };
  return (
    <Dialog.Root open onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="o-scrim fixed inset-0 z-(--o-z-dialog) bg-scrim" />
        <Dialog.Content
          {...useFocusReturn(true)}
          aria-describedby={undefined}
          className="o-dialog fixed top-[12dvh] left-1/2 z-(--o-z-dialog) flex max-h-[min(496px,76dvh)] w-[760px] max-w-[calc(100vw-32px)] -translate-x-1/2 flex-col overflow-hidden rounded-xl border border-line-strong bg-raised shadow-lg outline-none max-md:inset-0 max-md:max-h-none max-md:w-full max-md:max-w-none max-md:translate-x-0 max-md:rounded-none max-md:border-0"
        >
          <Dialog.Title className="sr-only">{messages.title}</Dialog.Title>
          <Command
            shouldFilter={false}
            value={current?.key ?? ''}
            onValueChange={setChosen}
            label={messages.title}
            loop
            className="flex min-h-0 flex-1 flex-col"
            onKeyDown={turn}
          >
            <TypeHere typed={typed} onType={setTyped} filter={filter} searching={searching} />
            <div className="flex min-h-0 flex-1">
              <Command.List className="scroll-thin min-h-0 flex-1 overflow-y-auto p-2">
                {failed && <p className="meta px-2.5 py-2 text-warn-text">{messages.failed}</p>}
                {items.length === 0 && !searching && <Nothing typed={typed} />}
                {groups.map((group) => (
                  <Rows key={group.kind} group={group} onOpen={open} />
                ))}
              </Command.List>
              {current && <Preview item={current} />}
            </div>
            <Foot />
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

type TypeProps = {
  typed: string;
  onType: (typed: string) => void;
  filter: Filter;
  searching: boolean;
};

function TypeHere({ typed, onType, filter, searching }: TypeProps) {
  const { only } = parse(typed);
  const narrowed =
    only === 'command'
      ? messages.commandsOnly
      : only === 'docs'
        ? messages.docsOnly
        : filter !== 'all'
          ? messages.filters[filter]
          : null;
  return (
    <div className="flex h-13 flex-none items-center gap-3 border-b border-line px-4">
      {searching ? (
        <OrbitRing size={16} className="text-running" />
      ) : (
        <Icon icon={Search} className="text-fg-3" />
      )}
      <Command.Input
        autoFocus
        value={typed}
        onValueChange={onType}
        placeholder={messages.placeholder}
        className="min-w-0 flex-1 bg-transparent text-md outline-none placeholder:text-fg-3"
      />
      {narrowed && (
        <span role="status" className="flex-none rounded-sm bg-active px-2 text-xs text-fg-2">
          {narrowed}
        </span>
      )}
      <Dialog.Close className="grid flex-none place-items-center max-md:-mr-2 max-md:size-10">
        <span className="sr-only">{messages.close}</span>
        <Kbd keys="esc" className="max-md:hidden" />
        <Icon icon={X} className="md:hidden" />
      </Dialog.Close>
    </div>
  );
}

function Rows({ group, onOpen }: { group: Group; onOpen: (item: PaletteItem) => void }) {
  return (
    <Command.Group
      heading={groupName(group.kind)}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-book [&_[cmdk-group-heading]]:text-fg-3"
    >
      {group.items.map((item) => (
        <Command.Item
          key={item.key}
          value={item.key}
          onSelect={() => onOpen(item)}
          className="group flex min-h-9 cursor-pointer items-center gap-3 rounded-md px-2.5 py-1 data-[selected=true]:bg-active max-md:min-h-11"
        >
          <Icon icon={item.icon} className="text-fg-3 group-data-[selected=true]:text-brand-text" />
          <span className="min-w-0 flex-1">
            <span className="block truncate">
              <Pieces pieces={item.title} />
            </span>
            {item.snippet && item.snippet.length > 0 && (
              <span className="meta block truncate text-fg-3">
                <Pieces pieces={item.snippet} />
              </span>
            )}
          </span>
          {item.meta && <span className="mono flex-none text-fg-3">{item.meta}</span>}
          {item.shortcut && <Kbd keys={item.shortcut} className="max-md:hidden" />}
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function Nothing({ typed }: { typed: string }) {
  return (
    <div className="px-6 py-12 text-center">
      <p className="font-medium">
        {typed.trim() ? messages.nothing(typed.trim()) : messages.nothingYet}
      </p>
      {typed.trim() && <p className="mt-1 text-fg-3">{messages.nothingHint}</p>}
    </div>
  );
}

function Foot() {
  return (
    <footer className="flex h-9 flex-none items-center gap-5 border-t border-line px-4 text-xs text-fg-2 max-md:hidden">
      <span className="flex items-center gap-1.5">
        <Kbd keys="↑ ↓" /> {messages.move}
      </span>
      <span className="flex items-center gap-1.5">
        <Kbd keys="↵" /> {messages.open}
      </span>
      <span className="flex items-center gap-1.5">
        <Kbd keys="tab" /> {messages.filter}
      </span>
      <span className="ml-auto flex items-center gap-1.5">
        {messages.type} <Kbd keys=">" /> {messages.forCommands} <Kbd keys="?" /> {messages.forDocs}
      </span>
    </footer>
  );
}

function useOpen(onClose: () => void): (item: PaletteItem) => void {
  const navigate = useNavigate();
  const me = useMe();
  return (item) => {
    keepRecent(me.id, item);
    onClose();
    if (item.run) item.run();
    else if (item.link) void navigate(item.link);
  };
}

function useGroups(commands: readonly PaletteCommand[], typed: string, filter: Filter) {
  const project = useProject();
  const me = useMe();
  const { q, only } = parse(typed);
  const asked = useLater(q, PAUSE_MS);
  const kinds = KINDS[filter];
  const asks = only === null && kinds !== null && asked.length >= LEAST;
  const search = useQuery({
    ...searchQuery(asked, kinds ?? undefined),
    enabled: asks,
    placeholderData: (old) => old,
  });
  const found = asks ? hitGroups(search.data, project.id) : [];
  const missed = asks && !search.isFetching && search.isSuccess && found.length === 0;
  const slipped = useSlipped(asked, missed && filter in NAMED);
  const docs = useQuery({ ...docsQuery(q), enabled: only === 'docs' && q !== '' });
  const own = ownGroups(commands, q, only ?? filter);
  const recent = q === '' && only === null && filter === 'all' ? recentGroup(me.id) : [];
  const sections = only === 'docs' && q !== '' ? [docsGroup(docs.data ?? [])] : [];
  const groups =
    q === '' ? [...recent, ...own] : [...found, ...own, ...slipped.groups, ...sections];
  return {
    groups: groups.filter((group) => group.items.length > 0),
    searching:
      only === null &&
      kinds !== null &&
      q.length >= LEAST &&
      (search.isFetching || slipped.searching || asked !== q),
    failed: asks && search.isError,
  };
}

const NAMED: Partial<Record<Filter, true>> = { all: true, agent: true, conversation: true };

/** What is meant, perhaps, where nothing has the letters that were typed. */
function useSlipped(q: string, enabled: boolean) {
  const project = useProject();
  const names = useQuery({ ...namesQuery(project.id), enabled });
  return {
    groups: enabled ? namedGroups(names.data ?? [], q, project.id) : [],
    searching: enabled && names.isLoading,
  };
}

/** For the server; null where only what the page knows is wanted. */
const KINDS: Record<Filter, string | undefined | null> = {
  all: undefined,
  command: null,
  page: null,
  setting: null,
  agent: 'agent',
  conversation: 'conversation,message',
  run: 'run',
  project: 'project',
  person: 'person',
};

function ownGroups(
  commands: readonly PaletteCommand[],
  q: string,
  wanted: Filter | 'docs',
): Group[] {
  const kinds = (['page', 'command', 'setting', 'docs'] as const).filter(
    (kind) => wanted === kind || (wanted === 'all' && (kind !== 'docs' || q !== '')),
  );
  return kinds.map((kind) => ({
    kind,
    items: matching(
      commands.filter((one) => one.kind === kind),
      q,
    ),
  }));
}

function recentGroup(userId: string): Group[] {
  const items = readRecent(userId).map((one) => ({
    ...one,
    key: `recent:${one.key}`,
    icon: iconOf(one.kind),
  }));
  return [{ kind: 'recent', items }];
}

/** A value once it has stood still for a moment. */
function useLater<T>(value: T, ms: number): T {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return later;
}
