import type { Channel, TopicEvent } from './protocol.gen';

/** An event as followers get it. */
export interface Delivered extends TopicEvent {
  /** It is older than the subscription and came because `history` was asked for. */
  replayed: boolean;
}

export interface Follower {
  onEvent: (event: Delivered) => void;
  /** Refetches by REST. Called after each subscribe that leaves a hole; events wait until it settles. */
  resync?: () => Promise<unknown> | undefined;
  /** The server gives nothing more of it: it is gone, or one may not read it any more. */
  onEnd?: () => void;
}

/** A follower whose events wait in line while its snapshot is being fetched. */
class Feed {
  readonly #follower: Follower;
  #line: Delivered[] | null = null;
  #round = 0;

  constructor(follower: Follower) {
    this.#follower = follower;
  }

  push(event: Delivered): void {
    if (this.#line) this.#line.push(event);
    else this.#follower.onEvent(event);
  }

  async resync(): Promise<void> {
    const round = ++this.#round;
    this.#line ??= [];
    try {
      await this.#follower.resync?.();
    } catch {
      // The query that failed shows its own error; events go on meanwhile.
    }
    if (round !== this.#round) return;
    const line = this.#line;
    this.#line = null;
    for (const event of line ?? []) this.#follower.onEvent(event);
  }
}

/** What the client knows of one (channel, topic): who follows it and the last `seq` that they were given. */
export class Topic {
  readonly channel: Channel;
  /** Null follows all of the caller's events on the channel. */
  readonly name: string | null;
  readonly #feeds = new Map<Follower, Feed>();
  readonly #seen = new Map<string, number>();
  /** False from (re)subscribing until the server has confirmed: what comes before then is in the snapshot. */
  live = false;
  /** Still to be asked for what the server holds from before the first subscribe. */
  wantsHistory: boolean;
  #replayUntil = 0;
  #excusedGapAt: number | null = null;

  constructor(channel: Channel, name: string | null, wantsHistory: boolean) {
    this.channel = channel;
    this.name = name;
    this.wantsHistory = wantsHistory && name !== null;
  }

  get empty(): boolean {
    return this.#feeds.size === 0;
  }

  /** Where a subscribe goes on from; undefined before the first event and for a whole channel. */
  get after(): number | undefined {
    return this.name === null ? undefined : this.#seen.get(this.name);
  }

  continueFrom(seq: number): void {
    if (this.name !== null) this.#seen.set(this.name, seq);
  }

  /** The next events, up to `head`, are history. */
  rewindTo(seq: number, head: number): void {
    this.continueFrom(seq);
    this.#replayUntil = head;
  }

  add(follower: Follower): void {
    const feed = new Feed(follower);
    this.#feeds.set(follower, feed);
    if (this.live) void feed.resync();
  }

  remove(follower: Follower): void {
    this.#feeds.delete(follower);
  }

  end(): void {
    this.live = false;
    for (const follower of this.#feeds.keys()) follower.onEnd?.();
  }

  resyncAll(): void {
    for (const feed of this.#feeds.values()) void feed.resync();
  }

  /** Gives the event to every follower once. Returns 'gap' when an earlier one is missing. */
  deliver(event: TopicEvent): 'delivered' | 'duplicate' | 'gap' {
    const last = this.#seen.get(event.topic);
    if (last !== undefined && event.seq <= last) return 'duplicate';
    if (last !== undefined && event.seq > last + 1 && this.#isNewGap(last)) return 'gap';
    this.#seen.set(event.topic, event.seq);
    const delivered = { ...event, replayed: event.seq <= this.#replayUntil };
    for (const feed of this.#feeds.values()) feed.push(delivered);
    return 'delivered';
  }

  /** A hole is asked for once; if the server still leaves it out, nothing was there for us. */
  #isNewGap(last: number): boolean {
    if (this.name === null || this.#excusedGapAt === last) return false;
    this.#excusedGapAt = last;
    return true;
  }
}
