import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { renderAt } from '@/testing/render';
import { HelpKeys } from './help-keys';

it('lists the keys, and changes the theme, in a frame without a menu', async () => {
  await renderAt(<HelpKeys />);
  const before = document.documentElement.dataset.theme;
  await userEvent.keyboard('{Shift>}D{/Shift}');
  expect(document.documentElement.dataset.theme).not.toBe(before);
  await userEvent.keyboard('?');
  expect(await screen.findByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
});
