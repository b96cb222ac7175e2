import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it, vi } from 'vitest';
import type { AuditCheck, AuditEntry } from '@/api';
import { fakeRealtime } from '@/testing/realtime';
import { renderAt } from '@/testing/render';
import { apiUrl, page, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { parseAuditSearch } from '../model/audit-search';
import { AuditPage } from './audit-page';

const HASH = 'c'.repeat(64);

function anEntry(seq: number, change: Partial<AuditEntry> = {}): AuditEntry {
  return {
    seq,
    at: '2026-11-26T09:00:00.000000Z',
    actor: { kind: 'person', user_id: 'user-1', name: 'Ann', key_id: null },
    address: '127.0.0.1',
    request_id: 'request-1',
    action: 'person.role_changed',
    entity_type: 'person',
    entity_id: 'user-2',
    name: 'dev@example.org',
    project_id: null,
    before: { role: 'viewer' },
    after: { role: 'admin' },
    hash: HASH,
    ...change,
  };
}

let queries: Record<string, string>[];
let entries: AuditEntry[];
let check: AuditCheck;

beforeEach(() => {
  queries = [];
  entries = [anEntry(2), anEntry(1, { action: 'agent.created', name: 'Reader', before: null })];
  check = { ok: true, checked: 2, first_seq: 1, last_seq: 2, head: `2:${HASH}`, problem: null };
  server.use(
    ...signedIn('admin'),
    http.get(apiUrl('/audit-log'), ({ request }) => {
      queries.push(Object.fromEntries(new URL(request.url).searchParams));
      return HttpResponse.json(page(entries));
    }),
    http.get(apiUrl('/audit-log/facets'), () =>
      HttpResponse.json({
        actions: ['agent.created', 'person.role_changed'],
        entity_types: ['agent', 'person'],
        people: [{ user_id: 'user-1', name: 'Ann' }],
      }),
    ),
    http.get(apiUrl('/audit-log/:seq'), ({ params }) =>
      HttpResponse.json(entries.find(({ seq }) => String(seq) === params.seq)),
    ),
    http.post(apiUrl('/audit-log/verify'), () => HttpResponse.json(check)),
  );
});

function openPage(search = '') {
  return renderAt(fakeRealtime().wrap(<AuditPage />), {
    path: '/p/$project/settings/audit',
    at: `/p/${PROJECT_ID}/settings/audit${search}`,
    parseSearch: (raw) => ({ ...parseAuditSearch(raw) }),
  });
}

it('lists what happened in words, newest first', async () => {
  await openPage();
  const table = await screen.findByRole('table', { name: 'Audit log' });
  await within(table).findAllByRole('link');
  const rows = within(table).getAllByRole('row').slice(1);
  expect(rows[0]).toHaveTextContent(/AnnPerson role changeddev@example.org127\.0\.0\.1$/);
  expect(rows[1]).toHaveTextContent(/AnnAgent createdReader/);
});

it('writes abbreviations as people do', async () => {
  entries = [anEntry(1, { action: 'api_key.created' })];
  await openPage();
  expect(await screen.findByText('API key created')).toBeVisible();
});

it('filters by what stands in the address', async () => {
  const { router } = await openPage('?person=user-1&period=week');
  await waitFor(() => expect(queries[0]).toMatchObject({ actor_id: 'user-1' }));
  expect(Date.parse(queries[0]?.since ?? '')).toBeLessThan(Date.now() - 6 * 86_400_000);
  await userEvent.click(await screen.findByRole('combobox', { name: 'What happened' }));
  await userEvent.click(await screen.findByRole('option', { name: 'Agent created' }));
  await waitFor(() =>
    expect(router.state.location.search).toMatchObject({ action: 'agent.created' }),
  );
  await userEvent.click(screen.getByRole('button', { name: 'Clear filters' }));
  await waitFor(() => expect(router.state.location.search).toEqual({}));
});

it('opens an entry with what was before and after', async () => {
  const { router } = await openPage();
  await userEvent.click(await screen.findByRole('link', { name: 'Person role changed' }));
  const sheet = await screen.findByRole('dialog', { name: 'Person role changed' });
  expect(await within(sheet).findByRole('region', { name: 'What changed' })).toHaveTextContent(
    'What changedRole−Before: viewer+After: admin',
  );
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(router.state.location.search).toEqual({}));
});

it('says whether the log is whole, and where it is not', async () => {
  await openPage();
  await userEvent.click(await screen.findByRole('button', { name: 'Check the log' }));
  expect(await screen.findByRole('status')).toHaveTextContent('The log is whole: 2 entries');
  check = { ...check, ok: false, problem: { seq: 2, kind: 'missing' } };
  await userEvent.click(screen.getByRole('button', { name: 'Check the log' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('Entry 2 was removed.');
});

it('exports what the filters leave', async () => {
  let asked: unknown;
  server.use(
    http.post(apiUrl('/audit-log/export'), async ({ request }) => {
      asked = await request.json();
      return new HttpResponse('seq\r\n', { headers: { 'Content-Type': 'text/csv' } });
    }),
  );
  const saved = vi.fn(() => 'blob:saved');
  Object.assign(URL, { createObjectURL: saved, revokeObjectURL: () => undefined });
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
  await openPage('?action=agent.created');
  await userEvent.click(await screen.findByRole('button', { name: 'Export' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'As CSV' }));
  await waitFor(() => expect(saved).toHaveBeenCalled());
  expect(asked).toEqual({ format: 'csv', action: 'agent.created' });
});

it('says when nothing matches, and when the list cannot be had', async () => {
  entries = [];
  await openPage('?q=nobody');
  expect(await screen.findByText('No entries match these filters')).toBeVisible();
});
