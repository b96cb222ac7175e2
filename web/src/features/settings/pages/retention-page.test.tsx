import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it } from 'vitest';
import type { JobView, RetentionView, Storage } from '@/api';
import { renderAt } from '@/testing/render';
import { apiUrl, page, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { kindsOf } from '../components/storage-view';
import { formatBytes } from '../model/bytes';
import { RetentionPage } from './retention-page';

const VIEW: RetentionView = {
  runs_days: null,
  conversations_days: null,
  notifications_days: 90,
  audit_log_days: null,
  audit_log_least_days: 180,
  daily_backup: false,
  backups_kept: 3,
  bin_days: 30,
  revision: 4,
  updated_at: null,
  updated_by: null,
};
const STORAGE: Storage = {
  measured_at: '2026-11-26T09:00:00.000000Z',
  database_bytes: 4_100_000,
  wal_bytes: 0,
  free_bytes: 12_000,
  backups_bytes: 8_200_000,
  backups: 2,
  disk_free_bytes: null,
  tables: [
    { name: 'runs', owner: 'execution', rows: 3, size_bytes: 2000 },
    { name: 'run_steps', owner: 'execution', rows: 30, size_bytes: 9000 },
    { name: 'users', owner: 'identity', rows: 1, size_bytes: 4096 },
  ],
  due: [{ kind: 'runs', why: 'retention', count: 1200 }],
};
const JOB: JobView = {
  name: 'retention',
  title: 'Apply retention',
  about: 'Removes what is old.',
  interval_seconds: 21_600,
  next_due_at: '2030-01-01T00:00:00.000000Z',
  running: null,
  last: null,
};

let sent: { body: unknown; match: string | null }[];
let started: string[];

beforeEach(() => {
  sent = [];
  started = [];
  server.use(
    ...signedIn('admin'),
    http.get(apiUrl('/settings/retention'), () => HttpResponse.json(VIEW)),
    http.patch(apiUrl('/settings/retention'), async ({ request }) => {
      sent.push({ body: await request.json(), match: request.headers.get('if-match') });
      return HttpResponse.json({ ...VIEW, runs_days: 30, revision: 5 });
    }),
    http.get(apiUrl('/system/storage'), () => HttpResponse.json(STORAGE)),
    http.get(apiUrl('/system/jobs'), () => HttpResponse.json(page([JOB]))),
    http.post(apiUrl('/system/jobs/:name/run'), ({ params }) => {
      started.push(String(params.name));
      return HttpResponse.json({}, { status: 202 });
    }),
  );
});

function open() {
  return renderAt(<RetentionPage />, {
    path: '/p/$project/settings/retention',
    at: `/p/${PROJECT_ID}/settings/retention`,
  });
}

it('says what is kept, what it takes and what would go', async () => {
  await open();
  expect(await screen.findByText('1,200 runs, by age')).toBeVisible();
  expect(screen.getByText('4.1 MB')).toBeVisible();
  expect(screen.getByText('33 rows')).toBeVisible();
  expect(screen.getByText(/for 30 days/)).toBeVisible();
  expect(screen.getByText(/Has not run yet/)).toBeVisible();
});

it('saves with the revision, and refuses what makes no sense before it is sent', async () => {
  await open();
  const runs = await screen.findByRole('textbox', { name: 'Runs and their journals' });
  const audit = screen.getByRole('textbox', { name: 'Audit log' });
  await userEvent.type(audit, '30');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('at least 180');
  expect(sent).toEqual([]);
  await userEvent.clear(audit);
  await userEvent.type(runs, '30');
  await userEvent.click(screen.getByRole('switch', { name: 'Daily backup' }));
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await screen.findByText('Retention saved');
  expect(sent[0]?.match).toBe('"4"');
  expect(sent[0]?.body).toMatchObject({ runs_days: 30, audit_log_days: null, daily_backup: true });
});

it('starts a job, and offers to cancel one that is running', async () => {
  await open();
  await userEvent.click(await screen.findByRole('button', { name: 'Run now: Apply retention' }));
  await screen.findByText('Apply retention: started');
  expect(started).toEqual(['retention']);
});

it('shows how a job ended', async () => {
  const fire = {
    id: '1',
    job: 'retention',
    due_at: '2026-11-26T06:00:00.000000Z',
    by_hand: false,
    requested_by: null,
    outcome: 'failed' as const,
    progress: { runs: 12 },
    error: 'The disk is full.',
    owners: 1,
    started_at: '2026-11-26T06:00:00.000000Z',
    ended_at: '2026-11-26T06:00:01.000000Z',
  };
  server.use(
    http.get(apiUrl('/system/jobs'), () => HttpResponse.json(page([{ ...JOB, last: fire }]))),
  );
  await open();
  const row = (await screen.findByText('Apply retention')).closest('li') as HTMLElement;
  expect(within(row).getByText('The disk is full.')).toBeVisible();
  expect(within(row).getByText(/12 runs/)).toBeVisible();
});

it('adds tables up by owner, and knows what it does not know', () => {
  expect(kindsOf(STORAGE.tables)[0]).toEqual({ owner: 'execution', bytes: 11_000, rows: 33 });
  expect(kindsOf([{ name: 'a', owner: 'b', rows: null, size_bytes: null }])).toEqual([
    { owner: 'b', bytes: null, rows: null },
  ]);
  expect([formatBytes(0), formatBytes(4100), formatBytes(12_345_678)]).toEqual([
    '0 B',
    '4.1 KB',
    '12 MB',
  ]);
});
