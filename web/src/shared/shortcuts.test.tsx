import { fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import { setPreferences } from './preferences';
import { activateMarked, keyName, useShortcut } from './shortcuts';

beforeEach(() => setPreferences({ shortcuts: true }));

function Bound({ keys, run }: { keys: string; run: () => void }) {
  useShortcut(keys, run);
  return <input aria-label="Field" />;
}

it('runs a sequence, not its parts', () => {
  const run = vi.fn();
  render(<Bound keys="g a" run={run} />);
  fireEvent.keyDown(document.body, { key: 'a' });
  fireEvent.keyDown(document.body, { key: 'g' });
  expect(run).not.toHaveBeenCalled();
  fireEvent.keyDown(document.body, { key: 'a' });
  expect(run).toHaveBeenCalledOnce();
});

it('keeps single keys out of text fields and lets Ctrl through', () => {
  const single = vi.fn();
  const save = vi.fn();
  render(<Bound keys="n" run={single} />);
  render(<Bound keys="mod+s" run={save} />);
  const [field] = screen.getAllByLabelText('Field');
  if (!field) throw new Error('no field');
  fireEvent.keyDown(field, { key: 'n' });
  fireEvent.keyDown(field, { key: 's', ctrlKey: true });
  expect(single).not.toHaveBeenCalled();
  expect(save).toHaveBeenCalledOnce();
});

it('obeys the switch in Appearance', () => {
  const run = vi.fn();
  render(<Bound keys="n" run={run} />);
  setPreferences({ shortcuts: false });
  fireEvent.keyDown(document.body, { key: 'n' });
  expect(run).not.toHaveBeenCalled();
});

it('stays out while a dialog is open', () => {
  const run = vi.fn();
  render(<Bound keys="n" run={run} />);
  const { unmount } = render(<div role="dialog" data-state="open" />);
  fireEvent.keyDown(document.body, { key: 'n' });
  expect(run).not.toHaveBeenCalled();
  unmount();
  fireEvent.keyDown(document.body, { key: 'n' });
  expect(run).toHaveBeenCalledOnce();
});

it('prefers the binding added last', () => {
  const shell = vi.fn();
  const page = vi.fn();
  render(<Bound keys="n" run={shell} />);
  const { unmount } = render(<Bound keys="n" run={page} />);
  fireEvent.keyDown(document.body, { key: 'n' });
  expect([shell.mock.calls.length, page.mock.calls.length]).toEqual([0, 1]);
  unmount();
  fireEvent.keyDown(document.body, { key: 'n' });
  expect(shell).toHaveBeenCalledOnce();
});

it('focuses a marked field and presses a marked button', () => {
  const onClick = vi.fn();
  render(
    <main>
      <input aria-label="Find" aria-keyshortcuts="/" />
      <button type="button" aria-keyshortcuts="n" onClick={onClick}>
        New
      </button>
    </main>,
  );
  activateMarked('/');
  expect(screen.getByLabelText('Find')).toHaveFocus();
  activateMarked('n');
  expect(onClick).toHaveBeenCalledOnce();
});

it.each([
  [{ key: 'D', shiftKey: true }, 'shift+d'],
  [{ key: '?', shiftKey: true }, '?'],
  [{ key: 'k', metaKey: true }, 'mod+k'],
  [{ key: 'Escape' }, 'Escape'],
])('names %o %s', (init, name) => {
  expect(keyName(new KeyboardEvent('keydown', init))).toBe(name);
});
