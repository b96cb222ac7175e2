import type { LinkProps } from '@tanstack/react-router';
import {
  Activity,
  BookOpen,
  Bot,
  CornerDownLeft,
  FolderOpen,
  type LucideIcon,
  MessageSquareText,
  UserRound,
} from 'lucide-react';
import type { SearchHit, SearchResults } from '@/api';
import type { Named } from '../api';
import { messages } from '../messages';
import { fitness } from './fuzzy';

export type Piece = SearchHit['title'][number];

export type PaletteItem = {
  key: string;
  kind: string;
  title: readonly Piece[];
  icon: LucideIcon;
  /** Right of the title. */
  meta?: string;
  snippet?: readonly Piece[];
  at?: string;
  shortcut?: string;
  link?: LinkProps;
  run?: () => void;
  /** The thing's id: what the preview asks for. */
  id?: string;
};

/** What the shell offers beside the search: its pages and what one can do anywhere. */
export type PaletteCommand = {
  kind: 'command' | 'page' | 'setting' | 'docs';
  label: string;
  icon: LucideIcon;
  /** Other words for it. */
  keywords?: string;
  shortcut?: string;
  link?: LinkProps;
  run?: () => void;
};

export type Group = { kind: string; items: PaletteItem[] };

const ICONS: Record<string, LucideIcon> = {
  agent: Bot,
  conversation: MessageSquareText,
  message: MessageSquareText,
  run: Activity,
  project: FolderOpen,
  person: UserRound,
};

/** Tab goes round these. */
export const FILTERS = [
  'all',
  'command',
  'page',
  'setting',
  'agent',
  'conversation',
  'run',
  'project',
  'person',
] as const;
export type Filter = (typeof FILTERS)[number];

/** `>` is for commands alone, `?` for help. */
export function parse(typed: string): { q: string; only: 'command' | 'docs' | null } {
  if (typed.startsWith('>')) return { q: typed.slice(1).trim(), only: 'command' };
  if (typed.startsWith('?')) return { q: typed.slice(1).trim(), only: 'docs' };
  return { q: typed.trim(), only: null };
}

export function plain(pieces: readonly Piece[]): string {
  return pieces.map((piece) => piece.text).join('');
}

export function commandItem(command: PaletteCommand): PaletteItem {
  return {
    key: `${command.kind}:${command.label}`,
    kind: command.kind,
    title: [{ text: command.label, hit: false }],
    icon: command.icon,
    shortcut: command.shortcut,
    link: command.link,
    run: command.run,
  };
}

/** Those that fitness, the best first; all of them in their own order when nothing is typed. */
export function matching(commands: readonly PaletteCommand[], q: string): PaletteItem[] {
  return commands
    .map((command) => ({
      command,
      score: Math.max(
        fitness(q, command.label),
        fitness(q, command.keywords ?? '') * (q && command.keywords ? 0.7 : 0),
      ),
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => (q ? b.score - a.score : 0))
    .map(({ command }) => commandItem(command));
}

const MOST_NAMED = 6;

/** Things whose names fit in spite of a slip of the finger, the best first. */
export function namedGroups(named: readonly Named[], q: string, projectId: string): Group[] {
  return (['agent', 'conversation'] as const).map((kind) => ({
    kind,
    items: named
      .filter((one) => one.kind === kind)
      .map((one) => ({ one, score: fitness(q, one.name) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, MOST_NAMED)
      .map(({ one: { id, name, at } }) =>
        hitItem(
          {
            kind,
            id,
            at,
            parent_id: null,
            project_id: projectId,
            snippet: [],
            title: [{ text: name, hit: false }],
          },
          projectId,
        ),
      ),
  }));
}

type Section = { slug: string; title: string; heading: string; hash: string; excerpt: string };

export function docsGroup(sections: readonly Section[]): Group {
  return {
    kind: 'docs',
    items: sections.map(({ slug, title, heading, hash, excerpt }) => ({
      key: `docs:${slug}#${hash}`,
      kind: 'docs',
      title: [{ text: heading, hit: false }],
      snippet: [{ text: title === heading ? excerpt : `${title} · ${excerpt}`, hit: false }],
      icon: BookOpen,
      link: { to: '/docs/$page', params: { page: slug }, hash: hash || undefined },
    })),
  };
}

export function hitGroups(results: SearchResults | undefined, projectId: string): Group[] {
  return (results?.groups ?? []).map(({ kind, hits }) => ({
    kind,
    items: hits.map((hit) => hitItem(hit, projectId)),
  }));
}

function hitItem(hit: SearchHit, projectId: string): PaletteItem {
  return {
    key: `${hit.kind}:${hit.id}`,
    kind: hit.kind,
    title: hit.title.length > 0 ? hit.title : [{ text: hit.id.slice(-6), hit: false }],
    icon: ICONS[hit.kind] ?? CornerDownLeft,
    meta: hit.kind === 'run' ? hit.id.slice(-6) : undefined,
    snippet: hit.snippet,
    at: hit.at,
    link: linkOf(hit.kind, hit.id, hit.parent_id ?? null, hit.project_id ?? projectId),
    id: hit.id,
  };
}

/** Where a thing is; a person is a sheet beside the list of people. */
export function linkOf(
  kind: string,
  id: string,
  parent: string | null,
  project: string,
): LinkProps | undefined {
  switch (kind) {
    case 'agent':
      return { to: '/p/$project/agents/$agent', params: { project, agent: id } };
    case 'conversation':
      return { to: '/p/$project/playground/{-$thread}', params: { project, thread: id } };
    case 'message':
      return {
        to: '/p/$project/playground/{-$thread}',
        params: { project, thread: parent ?? undefined },
      };
    case 'run':
      return { to: '/p/$project/runs/$run', params: { project, run: id } };
    case 'project':
      return { to: '/p/$project', params: { project: id } };
    case 'person':
      return { to: '/p/$project/settings/people', params: { project }, search: { person: id } };
    default:
      return undefined;
  }
}

export function groupName(kind: string): string {
  return messages.groups[kind] ?? kind;
}
