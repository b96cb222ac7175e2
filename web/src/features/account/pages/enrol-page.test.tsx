import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, it, vi } from 'vitest';
import { meQuery } from '@/features/session';
import { renderAt } from '@/testing/render';
import { apiUrl, problem, server } from '@/testing/server';
import { aUser, signedIn } from '@/testing/session';
import { EnrolPage } from './enrol-page';

let sent: unknown[];

beforeEach(() => {
  sent = [];
  server.use(
    ...signedIn('viewer'),
    http.post(apiUrl('/auth/second-factor'), async ({ request }) => {
      const body = (await request.json()) as { password: string };
      sent.push(body);
      if (body.password === 'wrong')
        return problem(400, {
          code: 'VALIDATION_ERROR',
          detail: 'password: must be the password that you sign in with',
          errors: [{ field: 'password', message: 'must be the password that you sign in with' }],
        });
      return HttpResponse.json(
        { secret: 'ABCDEFGH', uri: 'otpauth://totp/x', qr: ['101', '010', '101'] },
        { status: 201 },
      );
    }),
    http.post(apiUrl('/auth/second-factor/confirm'), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ recovery_codes: ['aaaa-bbbb-cccc-dddd'] });
    }),
  );
});

it('sets a second factor up, shows the recovery codes, and goes on where the person wanted', async () => {
  const onDone = vi.fn();
  const { queryClient } = await renderAt(<EnrolPage onDone={onDone} />);
  queryClient.setQueryData(meQuery.queryKey, () => ({ ...aUser('viewer'), factor_due: true }));
  expect(await screen.findByText(/requires a second factor of you/)).toBeVisible();
  await userEvent.type(screen.getByLabelText('Your password'), 'wrong{Enter}');
  await screen.findByText('Must be the password that you sign in with.');
  expect(screen.getByLabelText('Your password')).toHaveAccessibleDescription(
    'Must be the password that you sign in with.',
  );
  expect(screen.queryByRole('alert')).toBeNull();
  await userEvent.clear(screen.getByLabelText('Your password'));
  await userEvent.type(screen.getByLabelText('Your password'), 'a long phrase{Enter}');
  expect(await screen.findByRole('img', { name: 'QR code of the key below' })).toBeVisible();
  expect(screen.getByLabelText('Code')).toHaveFocus();
  await userEvent.keyboard('123456{Enter}');
  expect(await screen.findByText('aaaa-bbbb-cccc-dddd')).toBeVisible();
  expect(queryClient.getQueryData(meQuery.queryKey)?.factor_due).toBe(false);
  expect(onDone).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole('button', { name: 'I have kept them' }));
  expect(onDone).toHaveBeenCalledOnce();
  expect(sent.slice(1)).toEqual([{ password: 'a long phrase' }, { code: '123456' }]);
});

it('lets a person leave instead', async () => {
  let left = false;
  server.use(
    http.post(apiUrl('/auth/logout'), () => {
      left = true;
      return problem(500, { code: 'INTERNAL_ERROR', detail: 'The server is busy.' });
    }),
  );
  await renderAt(<EnrolPage onDone={() => undefined} />);
  await userEvent.click(await screen.findByRole('button', { name: 'Sign out' }));
  expect(await screen.findByText('The server is busy.')).toBeVisible();
  expect(left).toBe(true);
});
