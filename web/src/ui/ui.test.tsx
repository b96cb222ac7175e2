import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/api';
import { renderAt } from '@/testing/render';
import {
  Button,
  Combobox,
  ConfirmDialog,
  DataTable,
  ErrorNote,
  ErrorState,
  Field,
  Input,
  JsonViewer,
  Sheet,
  StatusBadge,
  toast,
} from '.';

describe('Field', () => {
  it('ties label, hint and error to its control', async () => {
    const { rerender } = await renderAt(
      <Field label="Email" hint="For signing in">
        <Input />
      </Field>,
    );
    expect(screen.getByLabelText('Email')).toHaveAccessibleDescription('For signing in');
    expect(screen.getByLabelText('Email')).not.toBeInvalid();
    rerender(
      <Field label="Email" hint="For signing in" error="Enter an email address.">
        <Input />
      </Field>,
    );
    expect(screen.getByLabelText('Email')).toHaveAccessibleDescription('Enter an email address.');
    expect(screen.getByLabelText('Email')).toBeInvalid();
  });
});

describe('Button', () => {
  it('keeps its name and ignores clicks while busy', async () => {
    const onClick = vi.fn();
    await renderAt(
      <Button busy onClick={onClick}>
        Save
      </Button>,
    );
    const button = screen.getByRole('button');
    await userEvent.click(button);
    expect(button).toHaveAttribute('aria-busy', 'true');
    expect(button).toHaveTextContent('Save');
    expect(onClick).not.toHaveBeenCalled();
  });

  it('lends its look to a link', async () => {
    await renderAt(
      <Button asChild variant="primary">
        <a href="/docs">Open docs</a>
      </Button>,
    );
    expect(screen.getByRole('link', { name: 'Open docs' })).toHaveClass('bg-ink');
    expect(screen.queryByRole('button')).toBeNull();
  });
});

describe('StatusBadge', () => {
  it.each([
    ['succeeded', 'Done'],
    ['cancelled', 'Stopped'],
    ['error', 'Not working'],
  ] as const)('says %s as %s', async (status, word) => {
    await renderAt(<StatusBadge status={status} />);
    expect(screen.getByText(word)).toBeVisible();
  });
});

describe('ConfirmDialog', () => {
  it('starts on Cancel and waits for the name to be typed', async () => {
    const onConfirm = vi.fn();
    await renderAt(
      <ConfirmDialog
        open
        onOpenChange={() => {}}
        title="Delete Handbook?"
        confirmLabel="Delete base"
        typeToConfirm="Handbook"
        onConfirm={onConfirm}
      >
        11 documents go.
      </ConfirmDialog>,
    );
    expect(screen.getByRole('button', { name: 'Cancel' })).toHaveFocus();
    expect(screen.getByRole('button', { name: 'Delete base' })).toBeDisabled();
    await userEvent.type(screen.getByLabelText('Type “Handbook” to confirm'), 'Handbook');
    await userEvent.click(screen.getByRole('button', { name: 'Delete base' }));
    expect(onConfirm).toHaveBeenCalledOnce();
  });
});

function Editor({ dirty }: { dirty: boolean }) {
  const [open, setOpen] = useState(true);
  return (
    <Sheet open={open} onOpenChange={setOpen} title="Edit" dirty={dirty}>
      <Field label="Name">
        <Input />
      </Field>
    </Sheet>
  );
}

describe('Sheet', () => {
  it('closes at once without changes', async () => {
    await renderAt(<Editor dirty={false} />);
    expect(screen.getByLabelText('Name')).toHaveFocus();
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('asks first when there are changes', async () => {
    await renderAt(<Editor dirty />);
    await userEvent.keyboard('{Escape}');
    const question = await screen.findByRole('dialog', { name: 'Discard changes?' });
    await userEvent.click(within(question).getByRole('button', { name: 'Keep editing' }));
    await waitFor(() => expect(screen.getByRole('dialog', { name: 'Edit' })).toBeVisible());
    await userEvent.keyboard('{Escape}');
    await userEvent.click(await screen.findByRole('button', { name: 'Discard changes' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
});

describe('Combobox', () => {
  const options = [
    { value: '1', label: 'small-model', group: 'Here' },
    { value: '2', label: 'large-model', group: 'There' },
  ];

  it('filters while typing and gives the chosen value', async () => {
    const onValueChange = vi.fn();
    await renderAt(
      <Combobox
        aria-label="Model"
        value={null}
        placeholder="Choose"
        options={options}
        onValueChange={onValueChange}
      />,
    );
    await userEvent.click(screen.getByRole('combobox', { name: 'Model' }));
    await userEvent.keyboard('larg');
    expect(screen.queryByRole('option', { name: 'small-model' })).toBeNull();
    await userEvent.keyboard('{Enter}');
    expect(onValueChange).toHaveBeenCalledWith('2');
    await waitFor(() => expect(screen.queryByRole('listbox')).toBeNull());
  });

  it('names the query that found nothing', async () => {
    await renderAt(
      <Combobox
        aria-label="Model"
        value={null}
        placeholder="Choose"
        options={options}
        onValueChange={() => {}}
      />,
    );
    await userEvent.click(screen.getByRole('combobox', { name: 'Model' }));
    await userEvent.keyboard('zzz');
    expect(screen.getByText('Nothing matches “zzz”')).toBeVisible();
  });
});

describe('DataTable', () => {
  type Row = { id: string; name: string };
  const rows: Row[] = ['One', 'Two', 'Three'].map((name) => ({ id: name, name }));
  const table = (given: Row[], extra = {}) => (
    <DataTable
      label="Things"
      columns={[
        {
          id: 'name',
          header: 'Name',
          primary: true,
          cell: (row: Row) => row.name,
          sortKey: 'name',
        },
      ]}
      rows={given}
      rowId={(row) => row.id}
      rowLink={(row) => ({ to: '/', hash: row.id })}
      narrow={() => ({ meta: null })}
      {...extra}
    />
  );

  it('is one tab stop; j, k, Home and End move in it', async () => {
    await renderAt(table(rows));
    await userEvent.tab();
    expect(screen.getByRole('link', { name: 'One' })).toHaveFocus();
    await userEvent.keyboard('jj');
    expect(screen.getByRole('link', { name: 'Three' })).toHaveFocus();
    await userEvent.keyboard('k');
    expect(screen.getByRole('link', { name: 'Two' })).toHaveFocus();
    await userEvent.keyboard('{Home}{End}');
    expect(screen.getByRole('link', { name: 'Three' })).toHaveFocus();
    await userEvent.tab();
    expect(document.body).toHaveFocus();
  });

  it('sorts by its heads and says how', async () => {
    const onSort = vi.fn();
    await renderAt(table(rows, { sort: { key: 'name', descending: true }, onSort }));
    expect(screen.getByRole('columnheader', { name: 'Name' })).toHaveAttribute(
      'aria-sort',
      'descending',
    );
    await userEvent.click(screen.getByRole('button', { name: 'Name' }));
    expect(onSort).toHaveBeenCalledWith({ key: 'name', descending: false });
  });

  it('shows what stands for no rows, but not while loading', async () => {
    const { unmount } = await renderAt(table([], { empty: 'No things yet' }));
    expect(screen.getByText('No things yet')).toBeVisible();
    unmount();
    await renderAt(table([], { empty: 'No things yet', loading: true }));
    expect(screen.queryByText('No things yet')).toBeNull();
    expect(screen.getByRole('table')).toHaveAttribute('aria-busy', 'true');
  });
});

describe('JsonViewer', () => {
  it('shows markup in a value as text', async () => {
    const evil = '<img src=x onerror="alert(1)">';
    const { container } = await renderAt(<JsonViewer label="Input" value={{ evil }} />);
    expect(container.querySelector('img')).toBeNull();
    expect(screen.getByText(JSON.stringify(evil))).toBeVisible();
  });

  it('opens what a search finds below a closed row', async () => {
    await renderAt(<JsonViewer label="Input" value={{ a: { b: { c: { found: 'here' } } } }} />);
    expect(screen.queryByText('"here"')).toBeNull();
    await userEvent.type(screen.getByRole('searchbox'), 'here');
    expect(screen.getByText('"here"')).toBeVisible();
    expect(screen.getByText('1 match')).toBeVisible();
  });

  it('folds a long string and unfolds it', async () => {
    await renderAt(<JsonViewer label="Input" value={{ long: 'x'.repeat(400) }} />);
    await userEvent.click(screen.getByRole('button', { name: 'Show 100 more characters' }));
    expect(screen.getByText(`"${'x'.repeat(400)}"`)).toBeVisible();
  });
});

describe('ErrorState', () => {
  it('says what failed, gives the request id and retries', async () => {
    const onRetry = vi.fn();
    const error = new ApiError(500, { detail: 'The disk is full.', request_id: 'req_7' });
    await renderAt(<ErrorState title="Runs could not be loaded" error={error} onRetry={onRetry} />);
    const alert = screen.getByRole('alert');
    expect(alert).toHaveTextContent('Runs could not be loaded. The disk is full.');
    expect(alert).toHaveTextContent('Request req_7');
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    expect(onRetry).toHaveBeenCalledOnce();
  });
});

describe('ErrorNote', () => {
  const stale = new ApiError(412, { detail: 'The revision does not match.' });

  it('says nothing without an error', async () => {
    await renderAt(<ErrorNote error={null} />);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('says what the server says, or what the form makes of it', async () => {
    const error = new ApiError(409, { detail: 'The name is taken.' });
    const { rerender } = await renderAt(<ErrorNote error={error} />);
    expect(screen.getByRole('alert')).toHaveTextContent('The name is taken.');
    rerender(<ErrorNote error={error} reason={() => 'Sign in instead.'} />);
    expect(screen.getByRole('alert')).toHaveTextContent('Sign in instead.');
  });

  it('leaves to fields what they show themselves', async () => {
    const errors = [{ field: 'name', message: 'is taken' }];
    const error = new ApiError(400, { detail: 'name: is taken', errors });
    const { rerender } = await renderAt(<ErrorNote error={error} fields={['name', 'email']} />);
    expect(screen.queryByRole('alert')).toBeNull();
    rerender(<ErrorNote error={error} fields={['email']} />);
    expect(screen.getByRole('alert')).toHaveTextContent('name: is taken');
    rerender(<ErrorNote error={stale} fields={['name']} />);
    expect(screen.getByRole('alert')).toBeVisible();
  });

  it('says that it was changed meanwhile', async () => {
    const { rerender } = await renderAt(<ErrorNote error={stale} />);
    expect(screen.getByRole('alert')).toHaveTextContent('changed elsewhere meanwhile');
    rerender(<ErrorNote error={stale} stale="Close this and look again." />);
    expect(screen.getByRole('alert')).toHaveTextContent('Close this and look again.');
  });
});

describe('toast.undo', () => {
  it('offers the way back', async () => {
    const onUndo = vi.fn();
    await renderAt(<p>Page</p>);
    toast.undo('Agent deleted', onUndo);
    await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(onUndo).toHaveBeenCalledOnce();
  });
});
