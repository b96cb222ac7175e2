import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus, Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useCan, useProject } from '@/features/session';
import { Button, DocLink, EmptyState, Input, Kbd, Page, PagedList } from '@/ui';
import { agentsQuery } from '../api';
import { AgentsTable } from '../components/agents-table';
import { CreateDialog } from '../components/create-dialog';
import { messages } from '../messages';

const TYPING_MS = 250;

/** The agents of the open project. */
export function AgentsPage() {
  const { q = '', new: creating } = useSearch({ from: '/p/$project/agents/' });
  const project = useProject();
  const canEdit = useCan('developer');
  const setCreating = useSetCreating();
  const list = useInfiniteQuery({
    ...agentsQuery(project.id, q),
    placeholderData: (previous) => previous,
  });
  const create = canEdit && <NewAgentButton onClick={() => setCreating(true)} />;
  return (
    <Page title={messages.title} summary={messages.summary} actions={create || undefined}>
      <SearchField key={q === '' ? 'empty' : 'words'} value={q} />
      <PagedList list={list} failed={messages.listError}>
        {({ rows, ...share }) => (
          <AgentsTable
            agents={rows}
            canEdit={canEdit}
            {...share}
            empty={<NoAgents q={q} onCreate={canEdit ? () => setCreating(true) : undefined} />}
          />
        )}
      </PagedList>
      {creating && canEdit && <CreateDialog onClose={() => setCreating(false)} />}
    </Page>
  );
}

function NewAgentButton({ onClick }: { onClick: () => void }) {
  return (
    <Button variant="primary" icon={Plus} aria-keyshortcuts="n" onClick={onClick}>
      {messages.newAgent}
    </Button>
  );
}

/** The dialog stands in the address, so that other pages can lead to it. */
function useSetCreating(): (creating: boolean) => void {
  const { q } = useSearch({ from: '/p/$project/agents/' });
  const navigate = useNavigate();
  return (creating) =>
    void navigate({
      to: '.',
      search: { ...(q && { q }), ...(creating && { new: true }) },
      replace: true,
    });
}

function useSetQuery(): (q: string) => void {
  const navigate = useNavigate();
  return (q) => void navigate({ to: '.', search: q ? { q } : {}, replace: true });
}

/** Waits for a pause in typing before it searches. */
function SearchField({ value }: { value: string }) {
  const [text, setText] = useState(value);
  const setQuery = useSetQuery();
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => setQuery(text.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  });
  return (
    <search className="mb-3 flex">
      <Input
        type="search"
        size="sm"
        icon={Search}
        aria-label={messages.search}
        aria-keyshortcuts="/"
        placeholder={messages.search}
        value={text}
        onChange={(event) => setText(event.target.value)}
        trailing={<Kbd keys="/" className="max-md:hidden" />}
        className="w-60 max-md:w-full"
      />
    </search>
  );
}

function NoAgents({ q, onCreate }: { q: string; onCreate?: () => void }) {
  const setQuery = useSetQuery();
  if (q !== '') {
    return (
      <EmptyState
        title={messages.noMatch(q)}
        action={<Button onClick={() => setQuery('')}>{messages.clearSearch}</Button>}
      />
    );
  }
  return (
    <EmptyState
      title={messages.empty.title}
      action={
        onCreate && (
          <Button variant="primary" icon={Plus} onClick={onCreate}>
            {messages.newAgent}
          </Button>
        )
      }
      secondary={<DocLink page="agents">{messages.empty.learn}</DocLink>}
    >
      {messages.empty.body}
    </EmptyState>
  );
}
