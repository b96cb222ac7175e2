export interface StreamEvent {
  type: string;
  payload: Record<string, unknown>;
}

/**
 * Reads `text/event-stream` piece by piece: feed it decoded text in any chunks, get the events that are complete. An
 * event's data is `{type, payload}`, or the payload alone when the `event:` line names the type.
 */
export class EventStreamParser {
  #rest = '';
  #type = '';
  #data: string[] = [];

  push(chunk: string): StreamEvent[] {
    const lines = (this.#rest + chunk).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): StreamEvent[] {
    if (line === '') return this.#flush();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    if (field === 'event') this.#type = value;
    return [];
  }

  #flush(): StreamEvent[] {
    const event = this.#data.length > 0 ? toEvent(this.#type, this.#data.join('\n')) : null;
    this.#data = [];
    this.#type = '';
    return event ? [event] : [];
  }
}

function toEvent(name: string, data: string): StreamEvent | null {
  const value = parseObject(data);
  if (!value) return null;
  if (typeof value.type === 'string' && isObject(value.payload))
    return { type: value.type, payload: value.payload };
  return name === '' ? null : { type: name, payload: value };
}

function parseObject(data: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The events of a response body, until it ends. Cancelling the reader (by the fetch's signal) ends it with that error. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const parser = new EventStreamParser();
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      yield* parser.push(decoder.decode(read.value, { stream: true }));
    }
    yield* parser.push('\n\n');
  } finally {
    reader.releaseLock();
  }
}
