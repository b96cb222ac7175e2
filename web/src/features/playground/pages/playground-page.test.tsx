import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { server } from '@/testing/server';
import { answer, run, step, toolCall, userMessage } from '../testing/builders';
import { FakeBackend } from '../testing/fake-backend';
import { renderPage } from '../testing/render-page';

let backend: FakeBackend;

const QUESTION = 'What is 12.5% of 8640?';
const asked = userMessage('u1', QUESTION);
const answered = answer('m1', 'u1', [{ type: 'text', text: 'It is 1080.' }]);

beforeEach(() => {
  sessionStorage.clear();
  backend = new FakeBackend();
  server.use(...backend.handlers);
  vi.spyOn(window, 'matchMedia').mockImplementation(wideScreen);
});

/** Threads, chat and trace stand side by side. */
function wideScreen(media: string): MediaQueryList {
  const matches = media.includes('min-width');
  return {
    media,
    matches,
    addEventListener() {},
    removeEventListener() {},
  } as unknown as MediaQueryList;
}

const composer = () => screen.findByRole('textbox', { name: 'Message' });
const lane = () => screen.getByRole('region', { name: 'Messages' });
const said = (text: string) => within(lane()).findByText(text);
const unsaid = (text: string) => expect(within(lane()).queryByText(text)).not.toBeInTheDocument();
const trace = () => screen.getByRole('complementary', { name: 'Trace' });

/** Opens a stored conversation and sends `text` in it. */
async function openAndSend(text = 'Again') {
  backend.store([asked, answered]);
  const view = renderPage(backend, 'c1');
  await screen.findByText('It is 1080.');
  await view.user.type(await composer(), `${text}{Enter}`);
  await screen.findByRole('button', { name: 'Stop' });
  return view;
}

const SHARING = { owner_name: 'Dana', project: 'read', link: false } as const;

describe('a conversation shared with the reader', () => {
  it('says whose it is and is for reading only', async () => {
    backend.store([asked, answered], { created_by: 'u2', sharing: SHARING });
    renderPage(backend, 'c1');
    expect(await screen.findByText(/Dana shared this conversation with you/)).toBeVisible();
    expect(screen.queryByRole('textbox', { name: 'Message' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Share' })).toBeNull();
  });

  it('says so at once when it is shared no longer, and shows nothing of it any more', async () => {
    backend.store([asked, answered], { created_by: 'u2', sharing: SHARING });
    renderPage(backend, 'c1');
    await screen.findByText('It is 1080.');
    await waitFor(() => expect(backend.socket.sent('subscribe')).not.toEqual([]));
    backend.conversations = [];
    backend.socket.end('chat', 'c1');
    expect(await screen.findByText('This conversation is not open to you')).toBeVisible();
    expect(screen.queryByText('It is 1080.')).toBeNull();
    expect(screen.queryByText(/Dana shared/)).toBeNull();
  });
});

describe('a new chat', () => {
  it('offers what the agent starts with, and one press brings an answer', async () => {
    const { user, router } = renderPage(backend);
    await user.click(
      await screen.findByRole('button', { name: 'What is 12.5% of 8640? Use the calculator.' }),
    );
    await waitFor(() => expect(router.state.location.pathname).toMatch(/\/playground\/c-\d+$/));
    await screen.findByRole('button', { name: 'Stop' });
    backend.token('1080');
    await within(lane()).findByText('1080');
    backend.finish([{ type: 'text', text: '1080' }]);
    await screen.findByRole('button', { name: 'Regenerate' });
    expect(within(lane()).getAllByText('1080')).toHaveLength(1);
  });

  it('says what to do when there is no agent', async () => {
    backend.agents = [];
    renderPage(backend);
    expect(await screen.findByRole('link', { name: 'Go to Agents' })).toBeInTheDocument();
  });

  it('keeps what was typed', async () => {
    const { user, unmount } = renderPage(backend);
    await user.type(await composer(), 'Half a thought');
    await waitFor(() => expect(sessionStorage.getItem('orbiter-draft:new')).toBe('Half a thought'));
    unmount();
    renderPage(backend);
    expect(await composer()).toHaveValue('Half a thought');
  });
});

describe('an answer under way', () => {
  it('streams, shows its tools, and ends as it is stored', async () => {
    await openAndSend();
    backend.token('Let me ');
    backend.token('compute.');
    await said('Let me compute.');
    backend.call('tool_call', { arguments: { expression: '8640/8' } });
    const tool = await screen.findByRole('button', { name: 'calculator' });
    expect(within(lane()).getAllByText('Running')).not.toHaveLength(0);
    backend.call('tool_result', { result: { value: 1080 }, duration_ms: 3 });
    expect(await within(lane()).findByText('3 ms')).toBeInTheDocument();
    expect(tool).toBeInTheDocument();
    backend.finish([
      { type: 'text', text: 'Let me compute.' },
      toolCall(),
      { type: 'text', text: 'Done: 1080.' },
    ]);
    await said('Done: 1080.');
    expect(screen.queryByRole('button', { name: 'Stop' })).not.toBeInTheDocument();
    expect(within(lane()).getAllByText('Let me compute.')).toHaveLength(1);
  });

  it('replaces what a cut attempt has shown', async () => {
    await openAndSend();
    backend.token('Wro');
    await said('Wro');
    backend.token('Right', 's1', 2);
    await said('Right');
    unsaid('Wro');
  });

  it('goes on after the line was cut, with nothing lost and nothing twice', async () => {
    await openAndSend();
    backend.token('One ');
    await said('One');
    backend.socket.cut();
    backend.token('two ');
    await said('One two');
    backend.token('three');
    await said('One two three');
  });

  it('is seen from its beginning by a page that comes later', async () => {
    await openAndSend();
    backend.token('From the ');
    backend.token('beginning');
    await said('From the beginning');
    cleanup();
    renderPage(backend, 'c1');
    await screen.findByText('From the beginning');
  });

  it('stops by the button', async () => {
    const { user } = await openAndSend();
    backend.token('Half of');
    await user.click(screen.getByRole('button', { name: 'Stop' }));
    await said('Stopped before the end.');
    expect(backend.writes.at(-1)).toMatch(/^POST \/runs\/run-\d+\/cancel$/);
  });

  it('stops by Esc, also from the text field', async () => {
    const { user } = await openAndSend();
    await user.type(await composer(), '{Escape}');
    await said('Stopped before the end.');
  });

  it('that failed says why and can be asked for again', async () => {
    const { user } = await openAndSend();
    const error = {
      code: 'PROVIDER_ERROR',
      message: 'The key was refused.',
      retryable: true,
      step_id: null,
    };
    backend.finish([], { status: 'failed', error });
    await said('The key was refused.');
    await user.click(await screen.findByRole('button', { name: 'Retry' }));
    await screen.findByRole('button', { name: 'Stop' });
    backend.finish([{ type: 'text', text: 'Now it works.' }]);
    await said('Now it works.');
    unsaid('The key was refused.');
  });

  it('announces whole sentences and the end', async () => {
    const { container } = await openAndSend();
    const region = () => container.querySelector('#o-announcer');
    backend.token('It is done. And the');
    await waitFor(() => expect(region()).toHaveTextContent('It is done.'));
    backend.finish([{ type: 'text', text: 'It is done. And the rest.' }]);
    await waitFor(() => expect(region()).toHaveTextContent('Answer complete'));
  });
});

describe('sending', () => {
  it('goes by REST, and once, while the socket is down', async () => {
    backend.store([asked, answered]);
    backend.socket.down = true;
    const { user } = renderPage(backend, 'c1');
    await screen.findByText('It is 1080.');
    await user.type(await composer(), 'By post{Enter}');
    await screen.findByRole('button', { name: 'Stop' });
    expect(backend.writes).toEqual(['POST /conversations/c1/messages']);
    expect(within(lane()).getAllByText('By post')).toHaveLength(1);
  });

  it('repeats the same message under the same id when the line breaks before the reply', async () => {
    backend.store([asked, answered]);
    const { user } = renderPage(backend, 'c1');
    await screen.findByText('It is 1080.');
    await waitFor(() => expect(backend.socket.sent('subscribe').length).toBeGreaterThan(0));
    backend.socket.silent = true;
    await user.type(await composer(), 'Once only{Enter}');
    await waitFor(() => expect(backend.socket.sent('send')).toHaveLength(1));
    backend.socket.silent = false;
    backend.socket.cut();
    await screen.findByRole('button', { name: 'Stop' });
    const [first, second] = backend.socket.sent('send').map(({ payload }) => payload);
    expect(second).toEqual(first);
    expect(backend.messages.filter(({ id }) => id.startsWith('sent-'))).toHaveLength(1);
    expect(within(lane()).getAllByText('Once only')).toHaveLength(1);
  });

  it('starts a new line with Shift+Enter and sends with Ctrl+Enter', async () => {
    backend.store([asked, answered]);
    const { user } = renderPage(backend, 'c1');
    await screen.findByText('It is 1080.');
    await user.type(await composer(), 'a{Shift>}{Enter}{/Shift}b');
    expect(await composer()).toHaveValue('a\nb');
    await user.keyboard('{Control>}{Enter}{/Control}');
    await screen.findByRole('button', { name: 'Stop' });
    expect(await composer()).toHaveValue('');
  });

  it('takes a long text and shows it folded', async () => {
    backend.store([asked, answered]);
    const { user } = renderPage(backend, 'c1');
    await screen.findByText('It is 1080.');
    await user.click(await composer());
    await user.paste('word '.repeat(40_000));
    await user.keyboard('{Enter}');
    const unfold = await screen.findByRole('button', { name: 'Show all 199,999 characters' });
    expect(unfold).toHaveAttribute('aria-expanded', 'false');
  });
});

describe('branches', () => {
  it('an edited message starts a new one beside the old', async () => {
    backend.store([asked, answered]);
    const { user } = renderPage(backend, 'c1');
    await screen.findByText('It is 1080.');
    await user.click(screen.getByRole('button', { name: 'Edit' }));
    const field = screen.getByRole('textbox', { name: 'Edit message' });
    await user.clear(field);
    await user.type(field, 'What is 10% of 8640?');
    await user.click(screen.getByRole('button', { name: 'Send edit' }));
    await screen.findByRole('button', { name: 'Stop' });
    backend.finish([{ type: 'text', text: 'It is 864.' }]);
    await said('It is 864.');
    unsaid('It is 1080.');
    await said('2 / 2');
    await user.click(screen.getByRole('button', { name: 'Previous version' }));
    await said('It is 1080.');
    unsaid('It is 864.');
  });

  it('another answer stands beside the first, and both can be chosen', async () => {
    backend.store([asked, answered]);
    const { user } = renderPage(backend, 'c1');
    await screen.findByText('It is 1080.');
    await user.click(screen.getByRole('button', { name: 'Regenerate' }));
    await screen.findByRole('button', { name: 'Stop' });
    unsaid('It is 1080.');
    backend.finish([{ type: 'text', text: 'One thousand and eighty.' }]);
    await said('2 / 2');
    await user.click(screen.getByRole('button', { name: 'Previous version' }));
    await said('It is 1080.');
    await said('1 / 2');
  });
});

describe('the trace', () => {
  it('fills while the run is under way', async () => {
    const { user } = await openAndSend();
    const id = [...backend.runs.keys()].at(-1) ?? '';
    await waitFor(() => expect(backend.socket.socket.topics).toContain(`execution/${id}`));
    const begun = step('t1', id, { kind: 'tool', name: 'calculator', status: 'started' });
    backend.socket.publish('execution', id, 'step_started', { step: begun });
    const row = await within(trace()).findByRole('treeitem', { name: /calculator/ });
    await user.click(row);
    const output = { value: 1080 };
    const ended = { ...begun, status: 'succeeded' as const, output };
    backend.socket.publish('execution', id, 'step_completed', { step: ended });
    expect(await within(trace()).findByText('1080')).toBeInTheDocument();
  });

  it('follows what is selected in the chat, and the reverse', async () => {
    backend.store([asked, answer('m1', 'u1', [toolCall()])]);
    backend.steps.set('run-m1', [
      step('s1', 'run-m1'),
      step('t1', 'run-m1', { kind: 'tool', name: 'calculator', ordinal: 2 }),
    ]);
    const { user } = renderPage(backend, 'c1');
    const card = await screen.findByRole('button', { name: 'calculator' });
    await user.click(card);
    const row = await within(trace()).findByRole('treeitem', { name: /calculator/ });
    expect(row).toHaveAttribute('aria-selected', 'true');
    await user.click(within(trace()).getByRole('treeitem', { name: /Assistant/ }));
    expect(card).toHaveAttribute('aria-pressed', 'false');
    expect(within(lane()).getByRole('button', { name: 'Assistant' })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
  });

  it('asks what happened to a step that was cut, and tells the run', async () => {
    backend.store([asked], { active_run_id: 'r9' });
    backend.runs.set('r9', run('r9', { status: 'waiting', ended_at: null }));
    const cut = { kind: 'tool' as const, name: 'send_letter', status: 'unknown' as const };
    backend.steps.set('r9', [step('x1', 'r9', { ...cut, ended_at: null })]);
    const { user } = renderPage(backend, 'c1');
    await user.click(await screen.findByRole('button', { name: 'It happened' }));
    await waitFor(() => expect(backend.decision).toBe('done'));
    await waitFor(() =>
      expect(screen.queryByRole('button', { name: 'It happened' })).not.toBeInTheDocument(),
    );
  });
});

describe('conversations', () => {
  it('are renamed, and deleted with a way back', async () => {
    backend.store([asked, answered]);
    const { user } = renderPage(backend, 'c1');
    const open = async () =>
      user.click(await screen.findByRole('button', { name: /^Actions for/ }));
    await open();
    await user.click(screen.getByRole('menuitem', { name: 'Rename' }));
    const name = await screen.findByRole('textbox', { name: 'Name' });
    await user.clear(name);
    await user.type(name, 'Sums{Enter}');
    expect(await screen.findByRole('link', { name: 'Sums' })).toBeInTheDocument();
    await open();
    await user.click(screen.getByRole('menuitem', { name: 'Delete' }));
    expect(await screen.findByText('Deleted Sums')).toBeInTheDocument();
    expect(await screen.findByText('No conversations yet')).toBeInTheDocument();
    expect(backend.writes).toEqual(['PATCH /conversations/c1', 'DELETE /conversations/c1']);
  });

  it('that do not exist say so', async () => {
    renderPage(backend, 'gone');
    expect(await screen.findByText('This conversation is not open to you')).toBeInTheDocument();
  });

  it('are only read by a viewer', async () => {
    backend.role = 'viewer';
    backend.store([asked, answered]);
    renderPage(backend, 'c1');
    await screen.findByText('It is 1080.');
    for (const name of ['New chat', 'Send', 'Edit', 'Regenerate', /^Actions for/]) {
      expect(screen.queryByRole('button', { name })).not.toBeInTheDocument();
    }
    expect(screen.queryByRole('textbox', { name: 'Message' })).not.toBeInTheDocument();
  });
});
