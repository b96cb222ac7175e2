import { RealtimeError } from './errors';
import type { Envelope, ErrorPayload } from './protocol.gen';

interface Waiting {
  resolve: (reply: Envelope) => void;
  reject: (error: RealtimeError) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** Requests that still wait for the reply with their id. */
export class PendingRequests {
  readonly #waiting = new Map<string, Waiting>();
  #next = 1;

  open(timeoutMs: number): { id: string; reply: Promise<Envelope> } {
    const id = String(this.#next++);
    const reply = new Promise<Envelope>((resolve, reject) => {
      const timer = setTimeout(
        () =>
          this.#fail(id, new RealtimeError('REQUEST_TIMEOUT', 'The server did not answer in time')),
        timeoutMs,
      );
      this.#waiting.set(id, { resolve, reject, timer });
    });
    return { id, reply };
  }

  /** Hands a message to the request that it answers, if it answers one. */
  settle(message: Envelope): void {
    const waiting = message.id === undefined ? undefined : this.#take(message.id);
    if (!waiting) return;
    if (message.channel === 'system' && message.type === 'error') {
      const { code, message: text } = message.payload as ErrorPayload;
      waiting.reject(new RealtimeError(code, text));
    } else {
      waiting.resolve(message);
    }
  }

  failAll(error: RealtimeError): void {
    for (const id of [...this.#waiting.keys()]) this.#fail(id, error);
  }

  #fail(id: string, error: RealtimeError): void {
    this.#take(id)?.reject(error);
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (!waiting) return undefined;
    clearTimeout(waiting.timer);
    this.#waiting.delete(id);
    return waiting;
  }
}
