import type { SocketLike } from '../connection';
import type { Channel, Envelope, TopicEvent } from '../protocol.gen';

const NUMBERS_PER_START = 2 ** 32;

type Answer = (message: Envelope, server: FakeServer) => Partial<Envelope> | undefined;

/** A server's side of the socket, in memory: numbering, backlog, `after` and `missed` behave as the contract says. */
export class FakeServer {
  readonly sockets: FakeSocket[] = [];
  /** Everything that clients have sent, oldest first. */
  readonly received: Envelope[] = [];
  /** How many events a topic's backlog holds. */
  backlog = 1000;
  /** Refuses new connections while true. */
  down = false;
  /** Lets requests go unanswered while true. */
  silent = false;
  #starts = 0;
  #events = new Map<string, TopicEvent[]>();
  #heads = new Map<string, number>();
  readonly #answers = new Map<string, Answer>();

  createSocket = (): FakeSocket => {
    const socket = new FakeSocket(this);
    this.sockets.push(socket);
    if (this.down) socket.serverClose(1006);
    else socket.deliver({ channel: 'system', type: 'connected', payload: { connection_id: 'c' } });
    return socket;
  };

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('nobody has connected');
    return socket;
  }

  /** Answers a client's message of this kind; what it returns is sent back with the request's id. */
  answer(channel: Channel, type: string, answer: Answer): void {
    this.#answers.set(`${channel}/${type}`, answer);
  }

  publish(channel: Channel, topic: string, type: string, payload: unknown = {}): TopicEvent {
    const key = `${channel}/${topic}`;
    const seq = this.head(key) + 1;
    const event = { channel, topic, type, payload, seq, ts: '2026-01-01T00:00:00Z' };
    this.#heads.set(key, seq);
    this.#events.set(key, [...(this.#events.get(key) ?? []), event].slice(-this.backlog));
    for (const socket of this.sockets) if (socket.follows(channel, topic)) socket.deliver(event);
    return event;
  }

  /** Tells every follower of a topic that it ended for them, as when a right is lost. */
  end(channel: Channel, topic: string): void {
    for (const socket of this.sockets) {
      if (!socket.topics.delete(`${channel}/${topic}`)) continue;
      socket.deliver({ channel: 'system', type: 'unsubscribed', payload: { channel, topic } });
    }
  }

  /** Numbering begins anew, nothing older is held, every socket drops. */
  restart(): void {
    this.#starts += 1;
    this.#events = new Map();
    this.#heads = new Map();
    this.cut();
  }

  cut(code = 1006): void {
    for (const socket of this.sockets) socket.serverClose(code);
  }

  receive(socket: FakeSocket, message: Envelope & { after?: number }): void {
    this.received.push(message);
    if (this.silent) return;
    if (message.type === 'subscribe') this.#subscribe(socket, message);
    else if (message.type === 'unsubscribe') socket.topics.delete(keyOf(message));
    else this.#reply(socket, message);
  }

  sent(type: string): Envelope[] {
    return this.received.filter((message) => message.type === type);
  }

  head(key: string): number {
    return this.#heads.get(key) ?? this.#starts * NUMBERS_PER_START;
  }

  #subscribe(socket: FakeSocket, message: Envelope & { after?: number }): void {
    const key = keyOf(message);
    const head = this.head(key);
    const held = this.#events.get(key) ?? [];
    const after = message.after ?? head;
    const oldest = held[0]?.seq ?? head + 1;
    const missed = after > head || after < oldest - 1;
    socket.topics.add(key);
    const payload = { channel: message.channel, topic: message.topic ?? null, seq: head, missed };
    socket.deliver({ channel: 'system', type: 'subscribed', payload, id: message.id });
    if (!missed) for (const event of held) if (event.seq > after) socket.deliver(event);
  }

  #reply(socket: FakeSocket, message: Envelope): void {
    const reply = this.#answers.get(`${message.channel}/${message.type}`)?.(message, this);
    if (!reply) return;
    socket.deliver({ channel: message.channel, type: message.type, ...reply, id: message.id });
  }
}

function keyOf(message: Envelope): string {
  return `${message.channel}/${message.topic ?? '*'}`;
}

/** Each message arrives in a task of its own, as a browser does it. */
export class FakeSocket implements SocketLike {
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  readonly topics = new Set<string>();
  closedWith: number | null = null;
  readonly #server: FakeServer;

  constructor(server: FakeServer) {
    this.#server = server;
  }

  send(data: string): void {
    if (this.closedWith === null) this.#server.receive(this, JSON.parse(data));
  }

  close(code = 1005): void {
    this.closedWith ??= code;
  }

  serverClose(code: number): void {
    if (this.closedWith !== null) return;
    this.closedWith = code;
    setTimeout(() => this.onclose?.(new CloseEvent('close', { code })), 0);
  }

  deliver(message: Envelope): void {
    setTimeout(() => {
      if (this.closedWith === null) this.deliverRaw(JSON.stringify(message));
    }, 0);
  }

  deliverRaw(data: string): void {
    this.onmessage?.(new MessageEvent('message', { data }));
  }

  follows(channel: Channel, topic: string): boolean {
    const followed = this.topics.has(`${channel}/${topic}`) || this.topics.has(`${channel}/*`);
    return followed && this.closedWith === null;
  }
}
