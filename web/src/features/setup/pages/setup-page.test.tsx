import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { describe, expect, it, vi } from 'vitest';
import { renderAt } from '@/testing/render';
import { apiUrl, csrfHandler, page, problem, server } from '@/testing/server';
import { anAuthStatus, aUser } from '@/testing/session';
import { SetupPage } from './setup-page';

function freshServer(tokenRequired: boolean) {
  server.use(
    csrfHandler,
    http.get('*/api/health', () => HttpResponse.json({ status: 'ok' })),
    http.get(apiUrl('/auth/status'), () =>
      HttpResponse.json(
        anAuthStatus({ setup_required: true, setup_token_required: tokenRequired }),
      ),
    ),
  );
}

const noop = () => {};

async function fillAccount() {
  await userEvent.type(await screen.findByLabelText('Name'), 'Mo Aldous');
  await userEvent.type(screen.getByLabelText('Email'), 'me@example.test');
  await userEvent.type(screen.getByLabelText('Password'), 'four plain words here');
}

describe('the account', () => {
  it('is made without a token where none is asked', async () => {
    freshServer(false);
    let sent: unknown;
    server.use(
      http.post(apiUrl('/auth/setup'), async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(aUser(), { status: 201 });
      }),
    );
    const onStep = vi.fn();
    await renderAt(<SetupPage step={1} onStep={onStep} onDone={noop} />);
    await fillAccount();
    expect(screen.queryByLabelText('Setup token')).toBeNull();
    expect(screen.getByText(/Strong\. 21 characters\./)).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Create account' }));
    await waitFor(() => expect(onStep).toHaveBeenCalledWith(2));
    expect(sent).toEqual({
      name: 'Mo Aldous',
      email: 'me@example.test',
      password: 'four plain words here',
    });
  });

  it('needs the token where the server asks for it', async () => {
    freshServer(true);
    await renderAt(<SetupPage step={1} onStep={noop} onDone={noop} />);
    await fillAccount();
    await userEvent.click(screen.getByRole('button', { name: 'Create account' }));
    expect(await screen.findByText('Enter the token from the server’s log.')).toBeVisible();
  });

  it('shows a refusal under the field it is about', async () => {
    freshServer(false);
    server.use(
      http.post(apiUrl('/auth/setup'), () =>
        problem(400, {
          code: 'VALIDATION_ERROR',
          detail: 'Some values are not right.',
          errors: [{ field: 'password', message: 'This password is known from leaks.' }],
        }),
      ),
    );
    await renderAt(<SetupPage step={1} onStep={noop} onDone={noop} />);
    await fillAccount();
    await userEvent.click(screen.getByRole('button', { name: 'Create account' }));
    await waitFor(() =>
      expect(screen.getByLabelText('Password')).toHaveAccessibleDescription(
        'This password is known from leaks.',
      ),
    );
  });
});

describe('the provider', () => {
  it('can wait', async () => {
    freshServer(false);
    server.use(
      http.get(apiUrl('/provider-types'), () => HttpResponse.json([])),
      http.get(apiUrl('/providers'), () => HttpResponse.json(page([]))),
      http.get(apiUrl('/providers/detected'), () => HttpResponse.json([])),
    );
    const onStep = vi.fn();
    await renderAt(<SetupPage step={2} onStep={onStep} onDone={noop} />);
    await userEvent.click(await screen.findByRole('button', { name: 'Skip for now' }));
    expect(onStep).toHaveBeenCalledWith(3);
  });

  it('is not offered as a demo when there is one', async () => {
    freshServer(false);
    const kind = (type: string) => ({ type, label: type, description: '', credential_fields: [] });
    const demo = { id: 'p1', name: 'Demo', provider_type: 'demo', base_url: null };
    server.use(
      http.get(apiUrl('/provider-types'), () => HttpResponse.json([kind('demo'), kind('ollama')])),
      http.get(apiUrl('/providers'), () => HttpResponse.json(page([demo]))),
      http.get(apiUrl('/providers/detected'), () => HttpResponse.json([])),
    );
    await renderAt(<SetupPage step={2} onStep={noop} onDone={noop} />);
    const choice = await screen.findByRole('combobox', { name: 'Kind' });
    await waitFor(() => expect(choice).toHaveTextContent('ollama'));
    await userEvent.click(choice);
    expect(screen.getAllByRole('option').map((option) => option.textContent)).toEqual(['ollama']);
  });
});

describe('the agent', () => {
  it('is made with the model that was chosen', async () => {
    freshServer(false);
    let sent: unknown;
    const model = { id: 'm1', provider_id: 'p1', provider_name: 'Demo', name: 'demo-1' };
    server.use(
      http.get(apiUrl('/models'), () => HttpResponse.json(page([model]))),
      http.post(apiUrl('/agents'), async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ id: 'a1' }, { status: 201 });
      }),
    );
    const onDone = vi.fn();
    await renderAt(<SetupPage step={3} onStep={noop} onDone={onDone} />);
    await userEvent.type(await screen.findByLabelText('Name'), 'Helper');
    await userEvent.click(await screen.findByRole('combobox', { name: 'Model' }));
    await userEvent.click(screen.getByRole('option', { name: 'demo-1' }));
    await userEvent.click(screen.getByRole('button', { name: 'Create agent' }));
    await waitFor(() => expect(onDone).toHaveBeenCalledOnce());
    expect(sent).toEqual({
      name: 'Helper',
      instructions: '',
      model: { provider_id: 'p1', name: 'demo-1' },
    });
  });
});
