import { screen } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, it } from 'vitest';
import { renderAt } from '@/testing/render';
import { apiUrl, server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { AboutPage } from './about-page';

function open() {
  return renderAt(<AboutPage />, {
    path: '/p/$project/settings/about',
    at: `/p/${PROJECT_ID}/settings/about`,
  });
}

it('shows an administrator the checks with what to do, and facts for a report', async () => {
  server.use(
    ...signedIn('admin'),
    http.get(apiUrl('/system/checks'), () =>
      HttpResponse.json({
        checks: [
          { name: 'Disk', status: 'warn', detail: '1 GB free', remedy: 'Make room.' },
          { name: 'Database', status: 'ok', detail: 'opens', remedy: null },
        ],
      }),
    ),
    http.get(apiUrl('/system/facts'), () =>
      HttpResponse.json({
        version: '0.1.0',
        python: '3.12.1',
        sqlite: '3.45.0',
        system: 'Linux',
        machine: 'x86_64',
        process: 'host:1',
        started_at: '2026-01-05T09:00:00Z',
        time_zone: 'UTC',
      }),
    ),
  );
  await open();
  expect(await screen.findByText('Make room.')).toBeVisible();
  expect(await screen.findByText('3.45.0')).toBeVisible();
});

it('shows anybody else the version and what to read, and asks for nothing that is not theirs', async () => {
  server.use(...signedIn('viewer'));
  await open();
  expect(await screen.findByText('Orbiter 0.1.0')).toBeVisible();
  expect(screen.getByRole('link', { name: 'API reference' })).toHaveAttribute('href', '/docs/api');
  expect(screen.queryByText('3.45.0')).toBeNull();
});
