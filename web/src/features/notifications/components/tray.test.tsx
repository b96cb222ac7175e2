import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import type { Notification } from '@/api';
import { fakeRealtime } from '@/testing/realtime';
import { renderAt } from '@/testing/render';
import { apiUrl, page, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { NotificationTray } from './tray';

function aNotification(given: Partial<Notification> = {}): Notification {
  return {
    id: 'n-1',
    kind: 'run.failed',
    title: 'Travel desk failed',
    text: 'No key.',
    severity: 'danger',
    project_id: PROJECT_ID,
    entity_type: 'run',
    entity_id: 'r-1',
    count: 3,
    at: '2026-01-05T09:00:00Z',
    read_at: null,
    ...given,
  };
}

async function open(rows: Notification[]) {
  const done: string[] = [];
  let muted: string[] = [];
  const unread = () => rows.filter((row) => row.read_at === null).length;
  server.use(
    ...signedIn(),
    http.get(apiUrl('/notifications'), () => HttpResponse.json(page(rows))),
    http.get(apiUrl('/notifications/unread'), () => HttpResponse.json({ unread: unread() })),
    http.get(apiUrl('/notifications/settings'), () => HttpResponse.json({ muted })),
    http.put(apiUrl('/notifications/settings'), async ({ request }) => {
      muted = ((await request.json()) as { muted: string[] }).muted;
      return HttpResponse.json({ muted });
    }),
    http.post(apiUrl('/notifications/read'), () => {
      done.push('all');
      for (const row of rows) row.read_at = row.at;
      return HttpResponse.json({ unread: 0 });
    }),
    http.post(apiUrl('/notifications/:id/read'), ({ params }) => {
      done.push(String(params.id));
      return HttpResponse.json(rows[0]);
    }),
  );
  const realtime = fakeRealtime();
  const view = await renderAt(realtime.wrap(<NotificationTray />), {
    path: '/p/$project/agents',
    at: `/p/${PROJECT_ID}/agents`,
  });
  return { ...view, realtime, done };
}

describe('the tray', () => {
  it('says how many are unread, and that there is nothing when there is nothing', async () => {
    await open([]);
    await userEvent.click(await screen.findByRole('button', { name: 'Notifications' }));
    expect(await screen.findByText('Nothing to tell')).toBeVisible();
  });

  it('opens what a row tells of and reads it', async () => {
    const { router, done } = await open([aNotification()]);
    await userEvent.click(await screen.findByRole('button', { name: 'Notifications, 1 unread' }));
    await userEvent.click(
      await screen.findByRole('button', { name: /^Travel desk failed 3 times/ }),
    );
    await waitFor(() => expect(router.state.location.pathname).toBe(`/p/${PROJECT_ID}/runs/r-1`));
    expect(done).toEqual(['n-1']);
  });

  it('marks all read', async () => {
    await open([aNotification(), aNotification({ id: 'n-2', title: 'Other' })]);
    await userEvent.click(await screen.findByRole('button', { name: 'Notifications, 2 unread' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Mark all read' }));
    expect(await screen.findByRole('button', { name: 'Notifications' })).toBeVisible();
  });

  it('follows the socket: news, and what another tab has read', async () => {
    const rows = [aNotification({ read_at: '2026-01-05T09:00:00Z' })];
    const { realtime } = await open(rows);
    await screen.findByRole('button', { name: 'Notifications' });
    expect(realtime.topics()).toContain('notifications/user-1');
    rows.unshift(aNotification({ id: 'n-2' }));
    await realtime.emit({
      channel: 'notifications',
      topic: 'user-1',
      type: 'notification',
      payload: {},
    } as never);
    expect(await screen.findByRole('button', { name: 'Notifications, 1 unread' })).toBeVisible();
    await realtime.emit({
      channel: 'notifications',
      topic: 'user-1',
      type: 'read',
      payload: { unread: 0 },
    } as never);
    expect(await screen.findByRole('button', { name: 'Notifications' })).toBeVisible();
  });

  it('goes through the rows with j and k', async () => {
    await open([aNotification(), aNotification({ id: 'n-2', title: 'Other' })]);
    await userEvent.click(await screen.findByRole('button', { name: 'Notifications, 2 unread' }));
    (await screen.findByRole('button', { name: /^Travel desk failed/ })).focus();
    await userEvent.keyboard('j');
    expect(screen.getByRole('button', { name: /^Other/ })).toHaveFocus();
    await userEvent.keyboard('k');
    expect(screen.getByRole('button', { name: /^Travel desk failed/ })).toHaveFocus();
  });

  it('a kind can be muted and heard of again', async () => {
    await open([aNotification()]);
    await userEvent.click(await screen.findByRole('button', { name: 'Notifications, 1 unread' }));
    await userEvent.click(
      await screen.findByRole('button', { name: 'Actions for Travel desk failed' }),
    );
    await userEvent.click(
      await screen.findByRole('menuitem', { name: 'Do not tell me of this kind' }),
    );
    await userEvent.click(await screen.findByText('1 muted kind'));
    await userEvent.click(screen.getByRole('button', { name: 'Tell me again' }));
    await waitFor(() => expect(screen.queryByText('1 muted kind')).toBeNull());
  });
});
