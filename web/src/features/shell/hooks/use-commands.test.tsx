import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderAt } from '@/testing/render';
import { server } from '@/testing/server';
import { PROJECT_ID, signedIn } from '@/testing/session';
import { useCommands } from './use-commands';

function Names() {
  const commands = useCommands({ onSidebar: () => {}, onHelp: () => {} });
  const settings = commands.filter(({ kind }) => kind === 'setting');
  return (
    <ul>
      {settings.map(({ label, link }) => (
        <li key={label}>{link?.to}</li>
      ))}
    </ul>
  );
}

async function offered(role: 'viewer' | 'admin'): Promise<string[]> {
  server.use(...signedIn(role));
  const path = '/p/$project/runs';
  await renderAt(<Names />, { path, at: `/p/${PROJECT_ID}/runs` });
  const rows = await screen.findAllByRole('listitem');
  return rows.map(({ textContent }) => textContent.replace('/p/$project/settings/', ''));
}

/** The settings pages that there are, by the files of their routes. */
const pages = Object.keys(import.meta.glob('/src/routes/p.$project.settings.*.tsx'))
  .map((file) => file.replace(/.*settings\.(.*)\.tsx/, '$1'))
  .filter((name) => name !== 'index');

it('offers an administrator every settings page that there is', async () => {
  expect((await offered('admin')).sort()).toEqual(pages.sort());
});

it('offers nobody else the pages of administrators', async () => {
  const names = await offered('viewer');
  expect(names).toContain('security');
  expect(names).not.toContain('people');
});
