import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TopicEvent } from './protocol.gen';
import { createRealtime, type Realtime } from './realtime';
import type { Subscription } from './subscriptions';
import { FakeServer } from './testing/fake-server';

let server: FakeServer;
let realtime: Realtime;

const settle = () => vi.advanceTimersByTimeAsync(10);
const reconnect = () => vi.advanceTimersByTimeAsync(600);

beforeEach(async () => {
  vi.useFakeTimers();
  server = new FakeServer();
  realtime = createRealtime({ createSocket: server.createSocket, random: () => 1 });
  realtime.connection.start();
  await settle();
});

afterEach(() => {
  realtime.connection.stop();
  vi.useRealTimers();
});

function follow(options: Partial<Subscription> = {}) {
  const seen: unknown[] = [];
  const onEvent = (event: TopicEvent) => seen.push(event.payload);
  const stop = realtime.follow({ channel: 'chat', topic: 't', onEvent, ...options });
  return { seen, stop };
}

const publish = (...payloads: unknown[]) => {
  for (const payload of payloads) server.publish('chat', 't', 'token', payload);
};

describe('subscriptions', () => {
  it('deliver what comes after them', async () => {
    publish('before');
    const { seen } = follow();
    await settle();
    publish('a', 'b');
    await settle();
    expect(seen).toEqual(['a', 'b']);
  });

  it('say when the server ends a topic, once, and not when the page leaves it', async () => {
    const ended: string[] = [];
    const { seen } = follow({ onEnd: () => ended.push('t') });
    const other = follow({ topic: 'other', onEnd: () => ended.push('other') });
    await settle();
    server.end('chat', 't');
    other.stop();
    await settle();
    publish('too late');
    await settle();
    expect(ended).toEqual(['t']);
    expect(seen).toEqual([]);
  });

  it('go on without a hole and without a double after the line was cut', async () => {
    const { seen } = follow();
    await settle();
    publish(1, 2);
    await settle();
    server.cut();
    publish(3, 4);
    await reconnect();
    publish(5);
    await settle();
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect(server.sent('subscribe').at(-1)).toMatchObject({ topic: 't', after: 2 });
  });

  it('drop an event that came before', async () => {
    const { seen } = follow();
    await settle();
    const event = server.publish('chat', 't', 'token', 'once');
    server.socket.deliver(event);
    await settle();
    expect(seen).toEqual(['once']);
  });

  it('ask again for an event that was left out', async () => {
    const { seen } = follow();
    await settle();
    publish('a');
    await settle();
    server.socket.topics.clear();
    publish('lost');
    server.socket.topics.add('chat/t');
    publish('b');
    await settle();
    expect(seen).toEqual(['a', 'lost', 'b']);
  });

  it('accept a hole that the server leaves twice', async () => {
    const { seen } = follow();
    await settle();
    server.socket.deliver({ channel: 'chat', type: 'token', topic: 't', seq: 3, payload: 'far' });
    await settle();
    server.socket.deliver({ channel: 'chat', type: 'token', topic: 't', seq: 3, payload: 'far' });
    await settle();
    expect(seen).toEqual(['far']);
    expect(server.sent('subscribe')).toHaveLength(2);
  });

  it('refetch when the server restarted, and hold events back until that is done', async () => {
    const order: unknown[] = [];
    let arrived = () => {};
    const resync = vi.fn(() => new Promise<void>((resolve) => (arrived = resolve)));
    follow({ resync, onEvent: (event) => order.push(event.payload) });
    await settle();
    arrived();
    publish('a');
    await settle();
    server.restart();
    publish('lost with the start');
    await reconnect();
    publish('b');
    await settle();
    expect(resync).toHaveBeenCalledTimes(2);
    expect(order).toEqual(['a']);
    arrived();
    await settle();
    publish('c');
    await settle();
    expect(order).toEqual(['a', 'b', 'c']);
  });

  it('refetch once when they begin and not after a reconnect that missed nothing', async () => {
    const resync = vi.fn(async () => undefined);
    follow({ resync });
    await settle();
    publish('a');
    await settle();
    server.cut();
    await reconnect();
    expect(resync).toHaveBeenCalledOnce();
  });

  it('deliver events although the refetch failed', async () => {
    const { seen } = follow({ resync: () => Promise.reject(new Error('no network')) });
    await settle();
    publish('a');
    await settle();
    expect(seen).toEqual(['a']);
  });

  it('are one for all followers of a topic, and end with the last of them', async () => {
    const first = follow();
    const second = follow();
    await settle();
    expect(server.sent('subscribe')).toHaveLength(1);
    first.stop();
    publish('a');
    await settle();
    expect([first.seen, second.seen]).toEqual([[], ['a']]);
    second.stop();
    second.stop();
    expect(server.sent('unsubscribe')).toHaveLength(1);
    expect(server.socket.topics.size).toBe(0);
  });

  it('can see a turn from its beginning, in a start that is not the first', async () => {
    server.restart();
    await reconnect();
    publish('one', 'two');
    const seen: unknown[] = [];
    follow({ history: true, onEvent: ({ payload, replayed }) => seen.push([payload, replayed]) });
    await settle();
    publish('three');
    await settle();
    expect(seen).toEqual([
      ['one', true],
      ['two', true],
      ['three', false],
    ]);
  });

  it('see as much as is held when the beginning is not', async () => {
    server.backlog = 300;
    publish(...Array(400).keys());
    const { seen } = follow({ history: true });
    await settle();
    expect([seen[0], seen.at(-1)]).toEqual([144, 399]);
  });

  it('ask again, and refetch what is gone, when the server says that it dropped events', async () => {
    const resync = vi.fn(async () => undefined);
    const { seen } = follow({ resync });
    await settle();
    publish('a');
    await settle();
    server.backlog = 1;
    server.socket.topics.clear();
    publish('dropped', 'held');
    const told = { channel: 'chat', topic: 't' };
    server.socket.deliver({ channel: 'system', type: 'resync', payload: told });
    await settle();
    publish('b');
    await settle();
    expect(seen).toEqual(['a', 'b']);
    expect(resync).toHaveBeenCalledTimes(2);
  });

  it('begin at the head when the beginning is no longer held', async () => {
    server.backlog = 1;
    publish('one', 'two');
    const { seen } = follow({ history: true });
    await settle();
    publish('three');
    await settle();
    expect(seen).toEqual(['three']);
  });

  it('made while offline start, with history, once the line is there', async () => {
    server.down = true;
    server.cut();
    await settle();
    const { seen } = follow({ history: true });
    publish('early');
    server.down = false;
    await reconnect();
    expect(seen).toEqual(['early']);
  });

  it('ask again when the server did not confirm', async () => {
    server.silent = true;
    const { seen } = follow();
    await vi.advanceTimersByTimeAsync(14_000);
    server.silent = false;
    await vi.advanceTimersByTimeAsync(2000);
    publish('a');
    await settle();
    expect(seen).toEqual(['a']);
  });

  it('follow a whole channel: every topic once, and refetch after a reconnect', async () => {
    const resync = vi.fn(async () => undefined);
    const { seen } = follow({ topic: undefined, resync });
    const exact = follow();
    await settle();
    publish('a');
    server.publish('chat', 'other', 'token', 'b');
    await settle();
    expect([seen, exact.seen]).toEqual([['a', 'b'], ['a']]);
    server.cut();
    await reconnect();
    expect(resync).toHaveBeenCalledTimes(2);
    expect(server.sent('subscribe').every((m) => m.topic !== undefined || !('after' in m))).toBe(
      true,
    );
  });
});
