import type { Connection } from './connection';
import { RealtimeError } from './errors';
import type {
  Channel,
  Envelope,
  SubscribedPayload,
  TopicEvent,
  TopicPayload,
} from './protocol.gen';
import { type Follower, Topic } from './topic';

export interface Subscription extends Follower {
  channel: Channel;
  /** Absent follows all of the caller's events on the channel. */
  topic?: string;
  /** Also asks for what the server still holds of this start, so that a turn under way is seen from its beginning. */
  history?: boolean;
}

/** Each server start numbers from a multiple of this. */
const NUMBERS_PER_START = 2 ** 32;
/** How far back history is asked for, when the whole of this start is no longer held. */
const STEPS_BACK = [4096, 1024, 256];

/** Keeps the server's subscriptions equal to what the page follows, over every reconnect. */
export class Subscriptions {
  readonly #connection: Connection;
  readonly #topics = new Map<string, Topic>();

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.onMessage((message) => this.#receive(message));
    connection.onOpen(() => this.#restart());
  }

  /** Follows a topic until the returned function is called. Followers of one topic share one subscription. */
  follow(subscription: Subscription): () => void {
    const key = keyOf(subscription.channel, subscription.topic ?? null);
    const known = this.#topics.get(key);
    const topic = known ?? createTopic(subscription);
    topic.add(subscription);
    if (!known) {
      this.#topics.set(key, topic);
      void this.#subscribe(topic);
    }
    return () => this.#leave(key, topic, subscription);
  }

  #leave(key: string, topic: Topic, follower: Follower): void {
    topic.remove(follower);
    if (!topic.empty || this.#topics.get(key) !== topic) return;
    this.#topics.delete(key);
    this.#connection.send(message('unsubscribe', topic));
  }

  #restart(): void {
    for (const topic of this.#topics.values()) void this.#subscribe(topic);
  }

  async #subscribe(topic: Topic): Promise<void> {
    topic.live = false;
    const after = topic.after;
    const reply = await this.#ask(topic, after);
    if (!reply || !this.#isCurrent(topic)) return;
    const hole = after === undefined || reply.missed;
    if (hole) topic.continueFrom(reply.seq);
    if (topic.wantsHistory) await this.#rewind(topic, reply.seq);
    topic.live = true;
    if (hole) topic.resyncAll();
  }

  /** Subscribes again from as far back as the server still holds; at worst it stays at the head. */
  async #rewind(topic: Topic, head: number): Promise<void> {
    topic.wantsHistory = false;
    for (const after of earlierPositions(head)) {
      this.#connection.send(message('unsubscribe', topic));
      const reply = await this.#ask(topic, after);
      if (!reply) return;
      if (!reply.missed) return topic.rewindTo(after, head);
      topic.continueFrom(reply.seq);
    }
  }

  async #ask(topic: Topic, after: number | undefined): Promise<SubscribedPayload | null> {
    const request =
      after === undefined ? message('subscribe', topic) : { ...message('subscribe', topic), after };
    try {
      const reply = await this.#connection.request(request);
      return reply.payload as SubscribedPayload;
    } catch (error) {
      if (error instanceof RealtimeError && error.code === 'REQUEST_TIMEOUT')
        return this.#ask(topic, after);
      // A lost line subscribes again when it is back. A refused topic has ended: the REST read says why.
      if (error instanceof RealtimeError && !error.undelivered && this.#isCurrent(topic))
        topic.end();
      return null;
    }
  }

  #receive(envelope: Envelope): void {
    if (envelope.channel === 'system' && envelope.type === 'resync') {
      this.#resync(envelope.payload as TopicPayload);
      return;
    }
    if (envelope.channel === 'system' && envelope.type === 'unsubscribed') {
      this.#end(envelope);
      return;
    }
    if (envelope.topic === undefined || envelope.seq === undefined) return;
    const event = envelope as TopicEvent;
    this.#deliver(this.#topics.get(keyOf(event.channel, event.topic)), event);
    this.#deliver(this.#topics.get(keyOf(event.channel, null)), event);
  }

  /** The server had to drop events for us: ask for them again, and refetch what it no longer holds. */
  #resync(told: TopicPayload): void {
    for (const topic of this.#topics.values()) {
      const meant = told.topic === null || topic.name === null || topic.name === told.topic;
      if (topic.channel === told.channel && meant) void this.#subscribe(topic);
    }
  }

  /** With an id it answers what was asked here. Without one the right to a topic was lost. */
  #end({ id, payload }: Envelope): void {
    const { channel, topic } = payload as TopicPayload;
    if (id === undefined) this.#topics.get(keyOf(channel as Channel, topic))?.end();
  }

  #deliver(topic: Topic | undefined, event: TopicEvent): void {
    if (topic?.live && topic.deliver(event) === 'gap') void this.#subscribe(topic);
  }

  #isCurrent(topic: Topic): boolean {
    return this.#topics.get(keyOf(topic.channel, topic.name)) === topic;
  }
}

function keyOf(channel: Channel, topic: string | null): string {
  return `${channel}/${topic ?? '*'}`;
}

function message(type: 'subscribe' | 'unsubscribe', { channel, name }: Topic): Envelope {
  return name === null ? { channel, type } : { channel, type, topic: name };
}

function createTopic({ channel, topic, history }: Subscription): Topic {
  return new Topic(channel, topic ?? null, history ?? false);
}

function earlierPositions(head: number): number[] {
  const start = Math.floor(head / NUMBERS_PER_START) * NUMBERS_PER_START;
  const later = STEPS_BACK.map((back) => head - back).filter((position) => position > start);
  return head === start ? [] : [start, ...later];
}
