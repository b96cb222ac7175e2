import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { InviteLink } from '@/api';
import { messages } from '../messages';
import { LinkDialog } from './link-dialog';

const made: InviteLink = {
  invite: {
    id: 'i1',
    email: 'new@example.org',
    name: null,
    role: 'viewer',
    projects: [],
    invited_by: 'Ann',
    created_at: '2026-01-01T00:00:00Z',
    expires_at: '2026-01-08T00:00:00Z',
    status: 'open',
  },
  token: 'secret-of-the-link',
  mailed: false,
};

test('says to pass the link on when no mail server is set', () => {
  render(<LinkDialog made={made} onDone={() => undefined} />);
  expect(screen.getByText(messages.link.unmailed)).toBeVisible();
  expect(screen.getByDisplayValue(/\/invite#secret-of-the-link$/)).toBeVisible();
});

test('says to whom the link was sent, and shows it all the same', () => {
  render(<LinkDialog made={{ ...made, mailed: true }} onDone={() => undefined} />);
  expect(screen.getByText(messages.link.mailed('new@example.org'))).toBeVisible();
  expect(screen.queryByText(messages.link.unmailed)).toBeNull();
  expect(screen.getByDisplayValue(/\/invite#secret-of-the-link$/)).toBeVisible();
});
