import { HttpResponse, http } from 'msw';
import type {
  Agent,
  Conversation,
  Message,
  MessageSend,
  Run,
  RunResume,
  RunStep,
  User,
} from '@/api';
import { FakeServer } from '@/realtime/testing/fake-server';
import { agent, answer, conversation, run, userMessage } from './builders';

const API = '*/api/v1';

const page = <T>(data: T[]) => ({
  data,
  pagination: { next_cursor: null, has_more: false, total: data.length },
});

/** The server behind the page: REST and socket over one state. Tests say what a run does. */
export class FakeBackend {
  role: User['role'] = 'developer';
  agents: Agent[] = [agent()];
  conversations: Conversation[] = [];
  messages: Message[] = [];
  runs = new Map<string, Run>();
  steps = new Map<string, RunStep[]>();
  /** Method and path of each request that changes something. */
  readonly writes: string[] = [];
  /** What a person said of a step, when one was asked. */
  decision: RunResume['decision'];
  readonly socket = new FakeServer();
  /** For msw: what the page reads and writes by REST. */
  readonly handlers = this.#routes();
  #count = 0;
  readonly #taken = new Map<unknown, ReturnType<FakeBackend['startTurn']>>();

  constructor() {
    this.socket.answer('chat', 'send', (message) => {
      const body = message.payload as MessageSend & { conversation_id: string };
      const turn = this.send(body.conversation_id, body);
      return {
        type: 'started',
        payload: { ...turn, run_id: turn.run.id, message_id: turn.message.id },
      };
    });
  }

  /** Adds a stored conversation with these messages; its head is the last of them. */
  store(messages: Message[], more: Partial<Conversation> = {}): void {
    const head_message_id = messages.at(-1)?.id ?? null;
    this.conversations.push(conversation({ head_message_id, ...more }));
    this.messages.push(...structuredClone(messages));
    for (const { run_id } of messages) if (run_id) this.runs.set(run_id, run(run_id));
  }

  send(conversationId: string, body: MessageSend) {
    const known = body.client_message_id ? this.#taken.get(body.client_message_id) : undefined;
    if (known) return known;
    const parent =
      body.parent_id === undefined ? this.#of(conversationId).head_message_id : body.parent_id;
    const message = userMessage(`sent-${++this.#count}`, body.content, parent);
    message.conversation_id = conversationId;
    this.#add(message);
    const turn = this.startTurn(conversationId, message);
    this.#taken.set(body.client_message_id, turn);
    return turn;
  }

  startTurn(conversationId: string, message: Message) {
    const started = run(`run-${++this.#count}`, { status: 'running', ended_at: null });
    this.runs.set(started.id, started);
    this.#change(conversationId, { active_run_id: started.id, head_message_id: message.id });
    this.tell(conversationId, 'user_message', { message, run_id: started.id });
    const ids = { run_id: started.id, message_id: message.id };
    this.tell(conversationId, 'started', {
      conversation_id: conversationId,
      ...ids,
      message,
      run: started,
    });
    return { conversation_id: conversationId, message, run: started };
  }

  /** Ends the active run with a stored answer and says so. */
  finish(content: Message['content'], more: Partial<Message> = {}): Message {
    const { id, active_run_id: runId, head_message_id: question } = this.#active();
    const message = answer(`answer-${++this.#count}`, question, content, {
      run_id: runId,
      conversation_id: id,
      ...more,
    });
    this.#add(message);
    const status = more.status === 'failed' ? 'failed' : 'succeeded';
    this.runs.set(
      runId,
      run(runId, { status: more.status === 'interrupted' ? 'cancelled' : status }),
    );
    this.#change(id, { active_run_id: null, head_message_id: message.id });
    this.tell(id, 'message', { run_id: runId, message });
    if (message.error) this.tell(id, 'error', { run_id: runId, ...message.error });
    this.tell(id, 'done', { run_id: runId, finish_reason: 'stop' });
    return message;
  }

  token(text: string, step_id = 's1', attempt = 1): void {
    const { id, active_run_id: run_id } = this.#active();
    this.tell(id, 'token', { run_id, step_id, attempt, text });
  }

  call(type: 'tool_call' | 'tool_result', payload: object): void {
    const { id, active_run_id: run_id } = this.#active();
    this.tell(id, type, { run_id, step_id: 't1', name: 'calculator', ...payload });
  }

  tell(conversationId: string, type: string, payload: unknown): void {
    this.socket.publish('chat', conversationId, type, payload);
  }

  #active() {
    const found = this.conversations.find((one) => one.active_run_id !== null);
    if (!found?.active_run_id || !found.head_message_id) throw new Error('no run is active');
    return {
      id: found.id,
      active_run_id: found.active_run_id,
      head_message_id: found.head_message_id,
    };
  }

  #of(id: string): Conversation {
    const found = this.conversations.find((one) => one.id === id);
    if (!found) throw new Error(`no conversation ${id}`);
    return found;
  }

  #change(id: string, change: Partial<Conversation>): void {
    this.conversations = this.conversations.map((one) =>
      one.id === id ? { ...one, ...change } : one,
    );
  }

  #add(message: Message): void {
    this.messages.push(message);
    const family = this.messages.filter(
      (one) => one.parent_id === message.parent_id && one.role === message.role,
    );
    for (const one of family) one.sibling_ids = family.map(({ id }) => id);
  }

  #branch(id: string): Message[] {
    const branch: Message[] = [];
    let next = this.#of(id).head_message_id;
    while (next !== null) {
      const message = this.messages.find((one) => one.id === next);
      if (!message) break;
      branch.unshift(message);
      next = message.parent_id;
    }
    return branch;
  }

  #leafBelow(id: string): string {
    const child = this.messages.findLast((message) => message.parent_id === id);
    return child ? this.#leafBelow(child.id) : id;
  }

  #routes() {
    const me = () => ({
      id: 'u1',
      email: 'me@example.org',
      name: 'Me',
      role: this.role,
      revision: 1,
    });
    const noted = (request: Request) =>
      this.writes.push(`${request.method} ${new URL(request.url).pathname.replace('/api/v1', '')}`);
    const one = (id: unknown) => this.conversations.find((found) => found.id === id);
    const missing = () =>
      HttpResponse.json({ code: 'RESOURCE_NOT_FOUND', detail: 'No such thing.' }, { status: 404 });
    return [
      http.get(`${API}/auth/status`, () => HttpResponse.json({ signed_in: true })),
      http.get(`${API}/auth/me`, () => HttpResponse.json(me())),
      http.get(`${API}/auth/csrf`, () => HttpResponse.json({ csrf_token: 't' })),
      http.get(`${API}/projects`, () =>
        HttpResponse.json(page([{ id: 'p1', name: 'Default', my_role: this.role }])),
      ),
      http.get(`${API}/agents`, () => HttpResponse.json(page(this.agents))),
      http.get(`${API}/conversations`, ({ request }) => {
        const q = new URL(request.url).searchParams.get('q') ?? '';
        return HttpResponse.json(page(this.conversations.filter(({ title }) => title.includes(q))));
      }),
      http.post(`${API}/conversations`, ({ request }) => {
        noted(request);
        const made = conversation({ id: `c-${++this.#count}`, title: '' });
        this.conversations.unshift(made);
        return HttpResponse.json(made, { status: 201 });
      }),
      http.get(`${API}/conversations/:id`, ({ params }) => {
        const found = one(params.id);
        return found ? HttpResponse.json(found) : missing();
      }),
      http.patch(`${API}/conversations/:id`, async ({ params, request }) => {
        noted(request);
        this.#change(String(params.id), (await request.json()) as Partial<Conversation>);
        return HttpResponse.json(one(params.id));
      }),
      http.delete(`${API}/conversations/:id`, ({ params, request }) => {
        noted(request);
        this.conversations = this.conversations.filter(({ id }) => id !== params.id);
        return new HttpResponse(null, { status: 204 });
      }),
      http.get(`${API}/conversations/:id/messages`, ({ params }) =>
        one(params.id) ? HttpResponse.json(page(this.#branch(String(params.id)))) : missing(),
      ),
      http.post(`${API}/conversations/:id/messages`, async ({ params, request }) => {
        noted(request);
        const turn = this.send(String(params.id), (await request.json()) as MessageSend);
        return HttpResponse.json(turn, { status: 202 });
      }),
      http.post(`${API}/conversations/:id/messages/:message/regenerate`, ({ params, request }) => {
        noted(request);
        const again = this.messages.find(({ id }) => id === params.message);
        const question = this.messages.find(({ id }) => id === again?.parent_id);
        if (!question) return missing();
        return HttpResponse.json(this.startTurn(String(params.id), question), { status: 202 });
      }),
      http.post(`${API}/conversations/:id/messages/:message/select`, ({ params, request }) => {
        noted(request);
        const head_message_id = this.#leafBelow(String(params.message));
        this.#change(String(params.id), { head_message_id });
        return HttpResponse.json(one(params.id));
      }),
      http.get(`${API}/conversations/:id/participants`, () =>
        HttpResponse.json({ people: [], agents: [] }),
      ),
      http.get(`${API}/runs/:id`, ({ params }) => {
        const found = this.runs.get(String(params.id));
        return found ? HttpResponse.json(found) : missing();
      }),
      http.get(`${API}/runs/:id/steps`, ({ params }) =>
        HttpResponse.json(page(this.steps.get(String(params.id)) ?? [])),
      ),
      http.post(`${API}/runs/:id/cancel`, ({ params, request }) => {
        noted(request);
        this.finish([{ type: 'text', text: 'Half of' }], { status: 'interrupted' });
        return HttpResponse.json(this.runs.get(String(params.id)));
      }),
      http.post(`${API}/runs/:id/resume`, async ({ params, request }) => {
        noted(request);
        this.decision = ((await request.json()) as RunResume).decision;
        this.runs.set(
          String(params.id),
          run(String(params.id), { status: 'running', ended_at: null }),
        );
        return HttpResponse.json(this.runs.get(String(params.id)), { status: 202 });
      }),
    ];
  }
}
