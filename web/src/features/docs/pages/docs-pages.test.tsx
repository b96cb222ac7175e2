import { useParams } from '@tanstack/react-router';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { expect, it } from 'vitest';
import { renderAt } from '@/testing/render';
import { apiUrl, problem, server } from '@/testing/server';
import { signedIn } from '@/testing/session';
import { DocsLayout } from '../components/docs-layout';
import { ApiPage } from './api-page';
import { DocPage } from './doc-page';

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Orbiter', version: '1' },
  components: { schemas: {} },
  paths: {
    '/api/v1/agents': {
      get: { operationId: 'listAgents', summary: 'List agents', tags: ['Agents'], responses: {} },
    },
    '/api/v1/runs': {
      get: { operationId: 'listRuns', summary: 'List runs', tags: ['Runs'], responses: {} },
    },
  },
};

it('shows a page with its contents and the pages beside it', async () => {
  await renderAt(<DocPage slug="agents" />);
  expect(await screen.findByRole('heading', { level: 1, name: 'Agents' })).toBeVisible();
  expect(document.title).toBe('Agents · Orbiter');
  const contents = screen.getByRole('navigation', { name: 'On this page' });
  expect(within(contents).getAllByRole('link').length).toBeGreaterThan(1);
  expect(screen.getByRole('link', { name: /Previous.*Getting started/ })).toBeVisible();
});

it('says when there is no such page, and leads to the first', async () => {
  await renderAt(<DocPage slug="no-such-page" />);
  expect(await screen.findByText('There is no such page in the documentation.')).toBeVisible();
  expect(screen.getByRole('link', { name: 'To the first page' })).toHaveAttribute('href', '/docs');
});

it('lists the calls of the server by tag, and filters them', async () => {
  server.use(http.get(apiUrl('/openapi.json'), () => HttpResponse.json(DOCUMENT)));
  await renderAt(<ApiPage />);
  expect(await screen.findByRole('heading', { name: 'Agents' })).toBeVisible();
  const filter = screen.getByRole('searchbox', { name: 'Filter calls' });
  await userEvent.type(filter, 'runs');
  expect(await screen.findByRole('heading', { name: 'Runs' })).toBeVisible();
  expect(screen.queryByRole('heading', { name: 'Agents' })).toBeNull();
  await userEvent.clear(filter);
  await userEvent.type(filter, 'zzzz');
  expect(await screen.findByText('No call matches “zzzz”.')).toBeVisible();
});

it('offers another try when the document does not come', async () => {
  server.use(
    http.get(apiUrl('/openapi.json'), () => problem(500, { code: 'INTERNAL', detail: 'No.' })),
  );
  await renderAt(<ApiPage />);
  expect(await screen.findByText(/The API document could not be loaded/)).toBeVisible();
  expect(screen.getByRole('button', { name: 'Retry' })).toBeVisible();
});

it('takes / into the search and the arrow into what it found', async () => {
  server.use(...signedIn('viewer'));
  await renderAt(
    <DocsLayout>
      <DocPage slug="agents" />
    </DocsLayout>,
  );
  const search = await screen.findByRole('searchbox', { name: 'Search the documentation' });
  await userEvent.keyboard('/');
  expect(search).toHaveFocus();
  await userEvent.keyboard('retnetion{ArrowDown}');
  const results = screen.getByRole('list', { name: 'Results' });
  expect(within(results).getAllByRole('link')[0]).toHaveFocus();
  expect(results).toHaveTextContent('Retention and storage');
});

function Shown() {
  return <DocPage slug={useParams({ strict: false }).page ?? ''} />;
}

it('goes on at the section that was found', async () => {
  await renderAt(
    <DocsLayout>
      <Shown />
    </DocsLayout>,
    { path: '/docs/$page', at: '/docs/agents' },
  );
  await screen.findByRole('heading', { level: 2, name: /^Delete and restore/ });
  const search = await screen.findByRole('searchbox', { name: 'Search the documentation' });
  await userEvent.type(search, 'restoer 30{ArrowDown}{Enter}');
  await waitFor(() => expect(document.activeElement?.id).toBe('delete-and-restore'));
});
