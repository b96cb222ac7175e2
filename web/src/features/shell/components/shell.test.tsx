import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRealtime, RealtimeProvider, type SocketLike } from '@/realtime';
import { setPreferences } from '@/shared/preferences';
import { renderAt } from '@/testing/render';
import { server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { onWideScreen } from '@/testing/wide-screen';
import { Page } from '@/ui';
import { Shell } from './shell';
import { initials } from './user-menu';

class Socket implements SocketLike {
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  send() {}
  close() {}
  hello() {
    const data = JSON.stringify({ channel: 'system', type: 'connected', payload: {} });
    this.onmessage?.(new MessageEvent('message', { data }));
  }
  drop() {
    this.onclose?.(new CloseEvent('close', { code: 1006 }));
  }
}

async function open(role: 'viewer' | 'admin' = 'admin') {
  server.use(...signedIn(role));
  const sockets: Socket[] = [];
  const realtime = createRealtime({
    createSocket: () => {
      const socket = new Socket();
      sockets.push(socket);
      return socket;
    },
    random: () => 1,
  });
  const view = await renderAt(
    <RealtimeProvider realtime={realtime}>
      <Shell>
        <Page title="Runs">
          <button type="button" aria-keyshortcuts="n">
            New
          </button>
        </Page>
      </Shell>
    </RealtimeProvider>,
    { path: '/p/$project/runs', at: `/p/${PROJECT_ID}/runs` },
  );
  await screen.findByRole('main');
  return { ...view, socket: () => sockets.at(-1) as Socket };
}

beforeEach(() => {
  onWideScreen();
  setPreferences({ theme: 'light', shortcuts: true, rail: false });
});

describe('the frame', () => {
  it('shows project, page and the built pages only', async () => {
    await open();
    const crumbs = screen.getByRole('navigation', { name: 'Breadcrumb' });
    expect(crumbs).toHaveTextContent('Default/Runs');
    const nav = screen.getAllByRole('navigation', { name: 'Main' })[0] as HTMLElement;
    const names = within(nav)
      .getAllByRole('link')
      .map((link) => link.textContent);
    expect(names).toEqual(['Home', 'Playground', 'Agents', 'Runs', 'Docs', 'Settings']);
    expect(within(nav).getByRole('link', { name: 'Runs' })).toHaveAttribute('aria-current', 'page');
    expect(document.title).toBe('Runs · Orbiter');
  });

  it('lets the keyboard skip to the page first', async () => {
    await open();
    await userEvent.tab();
    expect(screen.getByRole('link', { name: 'Skip to content' })).toHaveFocus();
  });

  it('says that a viewer only views', async () => {
    await open('viewer');
    expect(screen.getByText('View only')).toBeVisible();
  });
});

describe('keys', () => {
  it('g s goes to Settings', async () => {
    const { router } = await open();
    await userEvent.keyboard('gs');
    await waitFor(() => expect(router.state.location.pathname).toBe(`/p/${PROJECT_ID}/settings`));
  });

  it('[ folds the sidebar, whose links keep their names', async () => {
    await open();
    await userEvent.keyboard('[[');
    expect(screen.getByRole('button', { name: 'Expand sidebar' })).toHaveAttribute(
      'aria-expanded',
      'false',
    );
    expect(screen.getAllByRole('link', { name: 'Agents' })).toHaveLength(1);
  });

  it('Shift+D switches the theme', async () => {
    await open();
    await userEvent.keyboard('{Shift>}D{/Shift}');
    expect(document.documentElement.dataset.theme).toBe('dark');
  });

  it('? lists the keys, and says when single keys are off', async () => {
    await open();
    await userEvent.keyboard('?');
    const help = await screen.findByRole('dialog', { name: 'Keyboard shortcuts' });
    expect(help).toHaveTextContent('Switch theme');
    expect(help).not.toHaveTextContent('Single-key shortcuts are off');
  });
});

describe('the line to the server', () => {
  it('says live, then counts down while it is away', async () => {
    const { socket } = await open();
    expect(screen.getByText('Connecting')).toBeVisible();
    socket().hello();
    expect(await screen.findByText('Live')).toBeVisible();
    socket().drop();
    expect(await screen.findByText(/Offline, retrying in \d+ s/)).toBeVisible();
  });
});

it.each([
  ['Mo Aldous', 'MA'],
  ['mo', 'M'],
  ['Ana María de la Cruz', 'AC'],
])('%s has the initials %s', (name, letters) => {
  expect(initials(name)).toBe(letters);
});

it('stands around the list of projects too, with the menu of the project opened last', async () => {
  server.use(...signedIn());
  const realtime = createRealtime({
    createSocket: () => new Socket(),
    random: () => 1,
  });
  await renderAt(
    <RealtimeProvider realtime={realtime}>
      <Shell>
        <Page title="Projects">None</Page>
      </Shell>
    </RealtimeProvider>,
    { path: '/projects' },
  );
  const crumbs = await screen.findByRole('navigation', { name: 'Breadcrumb' });
  expect(crumbs).toHaveTextContent('Orbiter/Projects');
  const [agents] = screen.getAllByRole('link', { name: 'Agents' });
  expect(agents).toHaveAttribute('href', `/p/${PROJECT_ID}/agents`);
});
