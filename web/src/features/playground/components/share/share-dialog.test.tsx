import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Share } from '@/api';
import { renderAt } from '@/testing/render';
import { apiUrl, csrfHandler, problem, server } from '@/testing/server';
import { ShareDialog } from './share-dialog';

const AT = '2026-11-01T09:00:00Z';

let share: Share;
let sent: unknown[];

beforeEach(() => {
  share = { project: null, link: null };
  sent = [];
  server.use(
    csrfHandler,
    http.get(apiUrl('/conversations/c1/share'), () => HttpResponse.json(share)),
    http.post(apiUrl('/conversations/c1/share'), async ({ request }) => {
      const body = (await request.json()) as { audience: string; may_reply?: boolean };
      sent.push(body);
      share =
        body.audience === 'link'
          ? { ...share, link: { token: 'tok', created_at: AT, expires_at: null, readers: 2 } }
          : { ...share, project: { may_reply: body.may_reply ?? false, created_at: AT } };
      return HttpResponse.json(share);
    }),
    http.delete(apiUrl('/conversations/c1/share'), ({ request }) => {
      const audience = new URL(request.url).searchParams.get('audience');
      sent.push(`end ${audience}`);
      share = { ...share, [audience ?? '']: null };
      return new HttpResponse(null, { status: 204 });
    }),
  );
});

const open = () =>
  renderAt(<ShareDialog conversationId="c1" projectName="Default" onClose={vi.fn()} />);
const turn = async (name: string) => userEvent.click(await screen.findByRole('switch', { name }));

it('shares with the project, lets members reply, and ends it', async () => {
  await open();
  await turn('With the members of Default');
  await turn('Members may reply');
  await waitFor(() =>
    expect(screen.getByRole('switch', { name: 'Members may reply' })).toBeChecked(),
  );
  await turn('With the members of Default');
  await waitFor(() =>
    expect(screen.queryByRole('switch', { name: 'Members may reply' })).toBeNull(),
  );
  expect(sent).toEqual([
    { audience: 'project' },
    { audience: 'project', may_reply: true },
    'end project',
  ]);
});

it('makes a link, says how many opened it, and ends it', async () => {
  await open();
  await turn('By a link');
  expect(await screen.findByLabelText('Link')).toHaveValue(`${window.location.origin}/shared/tok`);
  expect(screen.getByText('2 people have opened it')).toBeVisible();
  await turn('By a link');
  await waitFor(() => expect(screen.queryByLabelText('Link')).toBeNull());
  expect(sent).toEqual([{ audience: 'link' }, 'end link']);
});

it('says why sharing was refused', async () => {
  server.use(
    http.post(apiUrl('/conversations/c1/share'), () =>
      problem(403, { code: 'FORBIDDEN', detail: 'Only the owner shares it.' }),
    ),
  );
  await open();
  await turn('By a link');
  expect(await screen.findByText('Only the owner shares it.')).toBeVisible();
  expect(screen.getByRole('switch', { name: 'By a link' })).not.toBeChecked();
});
