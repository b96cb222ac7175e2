import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, it } from 'vitest';
import { Dialog } from './dialog';

/** A list whose button opens a form; the form is followed by what it made. */
function Steps() {
  const [step, setStep] = useState<'list' | 'form' | 'made'>('list');
  const [gone, setGone] = useState(false);
  const to = (next: typeof step) => () => setStep(next);
  return (
    <main tabIndex={-1}>
      {!gone && (
        <button type="button" onClick={to('form')}>
          Open
        </button>
      )}
      {step === 'form' && (
        <Dialog open onOpenChange={to('list')} title="Form">
          <button type="button" onClick={to('made')}>
            Make
          </button>
          <button type="button" onClick={() => setGone(true)}>
            Remove
          </button>
        </Dialog>
      )}
      {step === 'made' && (
        <Dialog open onOpenChange={to('list')} title="Made">
          made
        </Dialog>
      )}
    </main>
  );
}

async function openForm() {
  render(<Steps />);
  await userEvent.click(screen.getByRole('button', { name: 'Open' }));
  await screen.findByRole('dialog', { name: 'Form' });
}

it('gives the focus back to what opened it', async () => {
  await openForm();
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(screen.getByRole('button', { name: 'Open' })).toHaveFocus());
});

it('gives it back to what opened the dialog before', async () => {
  await openForm();
  await userEvent.click(screen.getByRole('button', { name: 'Make' }));
  await screen.findByRole('dialog', { name: 'Made' });
  await waitFor(() => expect(screen.getByRole('button', { name: 'Close' })).toHaveFocus());
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(screen.getByRole('button', { name: 'Open' })).toHaveFocus());
});

it('gives it to the page when what opened it is gone', async () => {
  await openForm();
  await userEvent.click(screen.getByRole('button', { name: 'Remove' }));
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(screen.getByRole('main')).toHaveFocus());
});
