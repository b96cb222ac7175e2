import { backoffDelay } from './backoff';
import { RealtimeError } from './errors';
import type { Envelope } from './protocol.gen';
import { PendingRequests } from './requests';

/** The part of a browser WebSocket that the connection uses; tests bring their own. */
export interface SocketLike {
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(data: string): void;
  close(code?: number): void;
}

export type ConnectionStatus = 'idle' | 'connecting' | 'open' | 'waiting' | 'signed_out';

export interface ConnectionState {
  status: ConnectionStatus;
  /** When the next attempt is made, as epoch milliseconds; only while `waiting`. */
  retryAt: number | null;
}

export interface ConnectionOptions {
  createSocket: () => SocketLike;
  /** The server closed with 4001: the session is over, or its rights have shrunk. Says whether it is still there. */
  onSignedOut?: () => Promise<boolean>;
  random?: () => number;
}

const SIGNED_OUT = 4001;
const REQUEST_TIMEOUT_MS = 15_000;
/** The server pings every 30 s; half as much again without a word means that the line is dead. */
const SILENCE_MS = 45_000;
/** A connection that held this long starts the back-off anew when it breaks. */
const STABLE_MS = 10_000;

type Listener<T> = (value: T) => void;

/** One WebSocket that comes back by itself. It knows envelopes and replies, not topics. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #requests = new PendingRequests();
  readonly #messages = new Set<Listener<Envelope>>();
  readonly #opens = new Set<() => void>();
  readonly #states = new Set<() => void>();
  #state: ConnectionState = { status: 'idle', retryAt: null };
  #socket: SocketLike | null = null;
  #attempt = 0;
  #openedAt = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #stopWatching: (() => void) | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  start(): void {
    if (this.#socket || this.#state.status === 'waiting') return;
    this.#stopWatching ??= watchNetwork(() => this.#retryNow());
    this.#attempt = 0;
    this.#connect();
  }

  stop(): void {
    this.#stopWatching?.();
    this.#stopWatching = null;
    this.#drop('idle');
  }

  /** Sends when the line is open; says whether it did. */
  send(message: Envelope): boolean {
    if (this.#state.status !== 'open' || !this.#socket) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Sends with a fresh id and waits for the reply that repeats it. Rejects with RealtimeError. */
  request(message: Envelope, timeoutMs: number = REQUEST_TIMEOUT_MS): Promise<Envelope> {
    if (this.#state.status !== 'open') {
      return Promise.reject(new RealtimeError('CONNECTION_LOST', 'Not connected'));
    }
    const { id, reply } = this.#requests.open(timeoutMs);
    this.send({ ...message, id });
    return reply;
  }

  onMessage(listener: Listener<Envelope>): () => void {
    return listen(this.#messages, listener);
  }

  /** Called each time the server has let us in, the first time and after every reconnect. */
  onOpen(listener: () => void): () => void {
    return listen(this.#opens, listener);
  }

  onState(listener: () => void): () => void {
    return listen(this.#states, listener);
  }

  #connect(): void {
    clearTimeout(this.#retryTimer);
    this.#setState({ status: 'connecting', retryAt: null });
    const socket = this.#options.createSocket();
    this.#socket = socket;
    socket.onmessage = (event) => this.#socket === socket && this.#receive(event.data);
    socket.onclose = (event) => this.#socket === socket && this.#closed(event.code);
    this.#expectWord();
  }

  #receive(data: unknown): void {
    const message = parse(data);
    if (!message) return;
    this.#expectWord();
    if (message.channel === 'system' && message.type === 'ping') this.#answerPing();
    else if (message.channel === 'system' && message.type === 'connected') this.#opened();
    else {
      this.#requests.settle(message);
      for (const listener of [...this.#messages]) listener(message);
    }
  }

  #answerPing(): void {
    this.#socket?.send(JSON.stringify({ channel: 'system', type: 'pong', payload: {} }));
  }

  #opened(): void {
    this.#openedAt = Date.now();
    this.#setState({ status: 'open', retryAt: null });
    for (const listener of [...this.#opens]) listener();
  }

  #closed(code: number): void {
    if (code === SIGNED_OUT) {
      this.#drop('signed_out');
      void this.#askForSession();
      return;
    }
    this.#comeBack();
  }

  async #askForSession(): Promise<void> {
    const signedIn = await this.#options.onSignedOut?.();
    if (signedIn && this.#state.status === 'signed_out') this.#comeBack();
  }

  #comeBack(): void {
    const held = this.#openedAt !== 0 && Date.now() - this.#openedAt >= STABLE_MS;
    if (held) this.#attempt = 0;
    this.#openedAt = 0;
    const delay = backoffDelay(this.#attempt++, this.#options.random);
    this.#drop('waiting', Date.now() + delay);
    this.#retryTimer = setTimeout(() => this.#connect(), delay);
  }

  #retryNow(): void {
    if (this.#state.status !== 'waiting') return;
    this.#attempt = 0;
    this.#connect();
  }

  #expectWord(): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => {
      const socket = this.#socket;
      this.#closed(1006);
      socket?.close();
    }, SILENCE_MS);
  }

  #drop(status: ConnectionStatus, retryAt: number | null = null): void {
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#silenceTimer);
    const socket = this.#socket;
    this.#socket = null;
    if (status === 'idle') socket?.close(1000);
    this.#setState({ status, retryAt });
    this.#requests.failAll(new RealtimeError('CONNECTION_LOST', 'The connection was lost'));
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    for (const listener of [...this.#states]) listener();
  }
}

function listen<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function parse(data: unknown): Envelope | null {
  if (typeof data !== 'string') return null;
  try {
    const value = JSON.parse(data) as Envelope;
    return typeof value?.channel === 'string' && typeof value.type === 'string' ? value : null;
  } catch {
    return null;
  }
}

/** Calls back when the network or the page comes back: waiting out the back-off would then be idle. */
function watchNetwork(comeBack: () => void): () => void {
  const onVisible = () => document.visibilityState === 'visible' && comeBack();
  window.addEventListener('online', comeBack);
  document.addEventListener('visibilitychange', onVisible);
  return () => {
    window.removeEventListener('online', comeBack);
    document.removeEventListener('visibilitychange', onVisible);
  };
}
