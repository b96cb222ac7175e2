import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { renderAt } from '@/testing/render';
import { server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { SettingsLayout } from './settings-layout';

async function open() {
  server.use(...signedIn('admin'));
  await renderAt(<SettingsLayout>page</SettingsLayout>, {
    path: '/p/$project/settings/members',
    at: `/p/${PROJECT_ID}/settings/members`,
  });
  return screen.findByRole('button', { name: 'All settings' });
}

it('unfolds, and folds again with Escape, which gives the focus back', async () => {
  const button = await open();
  await userEvent.click(button);
  expect(button).toHaveAttribute('aria-expanded', 'true');
  screen.getByRole('link', { name: 'Audit log' }).focus();
  await userEvent.keyboard('{Escape}');
  expect(button).toHaveAttribute('aria-expanded', 'false');
  expect(button).toHaveFocus();
});

it('folds when a page is chosen', async () => {
  const button = await open();
  await userEvent.click(button);
  await userEvent.click(screen.getByRole('link', { name: 'Members' }));
  await waitFor(() => expect(button).toHaveAttribute('aria-expanded', 'false'));
});

it.each(['general', 'retention', 'egress', 'people', 'sign-in', 'single-sign-on', 'mail', 'audit'])(
  'shows nobody but an admin what is at %s',
  async (name) => {
    server.use(...signedIn('developer'));
    await renderAt(<SettingsLayout>the page</SettingsLayout>, {
      path: `/p/$project/settings/${name}`,
      at: `/p/${PROJECT_ID}/settings/${name}`,
    });
    expect(await screen.findByText(/^Only administrators open this page/)).toBeVisible();
    expect(screen.queryByText('the page')).toBeNull();
  },
);

it('shows everybody the other pages', async () => {
  server.use(...signedIn('viewer'));
  await renderAt(<SettingsLayout>the page</SettingsLayout>, {
    path: '/p/$project/settings/members',
    at: `/p/${PROJECT_ID}/settings/members`,
  });
  expect(await screen.findByText('the page')).toBeVisible();
});
