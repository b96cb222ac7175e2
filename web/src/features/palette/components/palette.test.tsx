import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Plus, Settings } from 'lucide-react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SearchResults } from '@/api';
import { renderAt } from '@/testing/render';
import { apiUrl, page, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { Palette } from './palette';

const RUN_ID = '01930000-0000-7000-8000-0000000abcde';

const HITS: SearchResults = {
  groups: [
    {
      kind: 'run',
      has_more: false,
      hits: [
        {
          kind: 'run',
          id: RUN_ID,
          parent_id: null,
          project_id: PROJECT_ID,
          title: [
            { text: 'Travel ', hit: false },
            { text: '<b>desk', hit: true },
          ],
          snippet: [],
          at: '2026-01-05T09:00:00Z',
        },
      ],
    },
  ],
};

async function open(answer: () => Response = () => HttpResponse.json(HITS)) {
  const asked: string[] = [];
  server.use(
    ...signedIn(),
    http.get(apiUrl('/search'), ({ request }) => {
      asked.push(new URL(request.url).searchParams.get('q') ?? '');
      return answer();
    }),
  );
  const run = vi.fn();
  const onClose = vi.fn();
  const commands = [
    {
      kind: 'page' as const,
      label: 'Settings',
      icon: Settings,
      link: { to: '/p/$project/settings', params: { project: PROJECT_ID } } as never,
    },
    { kind: 'command' as const, label: 'New agent', icon: Plus, run },
  ];
  const view = await renderAt(<Palette commands={commands} onClose={onClose} />, {
    path: '/p/$project/runs',
    at: `/p/${PROJECT_ID}/runs`,
  });
  const field = await screen.findByRole('combobox');
  return { ...view, asked, run, onClose, field };
}

beforeEach(() => localStorage.clear());

describe('the palette', () => {
  it('finds a page in spite of a slip, and Enter opens it', async () => {
    const { router, field, onClose } = await open(() => HttpResponse.json({ groups: [] }));
    await userEvent.type(field, 'setings{Enter}');
    await waitFor(() => expect(router.state.location.pathname).toBe(`/p/${PROJECT_ID}/settings`));
    expect(onClose).toHaveBeenCalled();
  });

  it('finds a thing in spite of a slip where the server finds no letters of it', async () => {
    const at = '2026-01-05T09:00:00Z';
    server.use(
      http.get(apiUrl('/agents'), () =>
        HttpResponse.json(page([{ id: 'a1', name: 'Research assistant', updated_at: at }])),
      ),
      http.get(apiUrl('/conversations'), () =>
        HttpResponse.json(page([{ id: 'c1', title: 'Fares to Lisbon', updated_at: at }])),
      ),
    );
    const { field, router } = await open(() => HttpResponse.json({ groups: [] }));
    await userEvent.type(field, 'lisbno');
    expect(await screen.findByRole('option', { name: 'Fares to Lisbon' })).toBeVisible();
    await userEvent.clear(field);
    await userEvent.type(field, 'asistant');
    expect(await screen.findByRole('option', { name: 'Research assistant' })).toBeVisible();
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(router.state.location.pathname).toBe(`/p/${PROJECT_ID}/agents/a1`));
  });

  it('? looks in the documentation', async () => {
    const { field, router, asked } = await open();
    await userEvent.type(field, '?retnetion');
    await userEvent.click(await screen.findByRole('option', { name: /^Retention and storage/ }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/docs/retention-and-storage'));
    expect(asked).toEqual([]);
  });

  it('asks the server once for what was typed, and shows hits as plain text', async () => {
    const { asked, field, router } = await open();
    await userEvent.type(field, 'desk');
    const option = await screen.findByRole('option', { name: /Travel <b>desk/ });
    expect(asked).toEqual(['desk']);
    await userEvent.click(option);
    await waitFor(() =>
      expect(router.state.location.pathname).toBe(`/p/${PROJECT_ID}/runs/${RUN_ID}`),
    );
    expect(JSON.parse(localStorage.getItem('orbiter-recent-user-1') ?? '')).toHaveLength(1);
  });

  it('opens the sheet of a person who was found', async () => {
    const hit = { kind: 'person', id: 'user-9', parent_id: null, project_id: null, snippet: [] };
    const title = [{ text: 'Dana', hit: true }];
    const at = '2026-01-05T09:00:00Z';
    const groups = [{ kind: 'person', has_more: false, hits: [{ ...hit, title, at }] }];
    const { field, router } = await open(() => HttpResponse.json({ groups }));
    await userEvent.type(field, 'dana');
    await userEvent.click(await screen.findByRole('option', { name: 'Dana' }));
    await waitFor(() => expect(router.state.location.search).toEqual({ person: 'user-9' }));
    expect(router.state.location.pathname).toBe(`/p/${PROJECT_ID}/settings/people`);
  });

  it('shows what was opened last before anything is typed', async () => {
    const kept = {
      key: 'run:1',
      kind: 'run',
      id: '1',
      title: [{ text: 'Kept', hit: false }],
      link: { to: '/' },
    };
    localStorage.setItem('orbiter-recent-user-1', JSON.stringify([kept, 'rubbish']));
    await open();
    expect(await screen.findByRole('option', { name: 'Kept' })).toBeVisible();
  });

  it('> offers commands alone and asks nobody', async () => {
    const { asked, field, run } = await open();
    await userEvent.type(field, '>new');
    expect(screen.getByText('Commands only')).toBeVisible();
    expect(screen.queryByRole('option', { name: 'Settings' })).toBeNull();
    await userEvent.keyboard('{Enter}');
    expect(run).toHaveBeenCalled();
    expect(asked).toEqual([]);
  });

  it('Tab filters by kind, back with Shift', async () => {
    await open();
    await userEvent.tab();
    expect(screen.getByText('Commands', { selector: '[role=status]' })).toBeVisible();
    await userEvent.tab({ shift: true });
    expect(screen.queryByText('Commands', { selector: '[role=status]' })).toBeNull();
  });

  it('says quietly that the server could not be asked; its own names still work', async () => {
    const { field } = await open(() => HttpResponse.json({ title: 'No' }, { status: 500 }));
    await userEvent.type(field, 'settings');
    expect(await screen.findByText(/did not reach the server/)).toBeVisible();
    expect(screen.getByRole('option', { name: 'Settings' })).toBeVisible();
  });
});
