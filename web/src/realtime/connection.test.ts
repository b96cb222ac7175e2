import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backoffDelay } from './backoff';
import { createRealtime, type Realtime, type RealtimeOptions } from './realtime';
import { FakeServer } from './testing/fake-server';

let server: FakeServer;
let realtime: Realtime;

function begin(options: RealtimeOptions = {}) {
  realtime = createRealtime({ createSocket: server.createSocket, random: () => 1, ...options });
  realtime.connection.start();
}

const status = () => realtime.connection.state.status;
const settle = () => vi.advanceTimersByTimeAsync(1);

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
});

afterEach(() => {
  realtime.connection.stop();
  vi.useRealTimers();
});

describe('connection', () => {
  it('is open only once the server has said so', async () => {
    begin();
    expect(status()).toBe('connecting');
    await settle();
    expect(status()).toBe('open');
  });

  it('answers a ping', async () => {
    begin();
    await settle();
    server.socket.deliver({ channel: 'system', type: 'ping' });
    await settle();
    expect(server.sent('pong')).toHaveLength(1);
  });

  it('comes back with a growing wait, and says when', async () => {
    begin();
    await settle();
    server.down = true;
    server.cut();
    await settle();
    expect(realtime.connection.state).toEqual({ status: 'waiting', retryAt: Date.now() - 1 + 500 });
    await vi.advanceTimersByTimeAsync(500 + 1000);
    expect(server.sockets).toHaveLength(3);
    server.down = false;
    await vi.advanceTimersByTimeAsync(2100);
    expect(status()).toBe('open');
  });

  it('tries at once when the network is back', async () => {
    server.down = true;
    begin();
    await settle();
    server.down = false;
    window.dispatchEvent(new Event('online'));
    await settle();
    expect(status()).toBe('open');
  });

  it('tries at once when the page is looked at again', async () => {
    server.down = true;
    begin();
    await settle();
    server.down = false;
    document.dispatchEvent(new Event('visibilitychange'));
    await settle();
    expect(status()).toBe('open');
  });

  it('stays away after 4001 and tells who asked', async () => {
    const onSignedOut = vi.fn(async () => false);
    begin({ onSignedOut });
    await settle();
    server.cut(4001);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(status()).toBe('signed_out');
    expect(onSignedOut).toHaveBeenCalledOnce();
    expect(server.sockets).toHaveLength(1);
  });

  it('comes back after 4001 when the session is still there', async () => {
    begin({ onSignedOut: async () => true });
    await settle();
    server.cut(4001);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(status()).toBe('open');
    expect(server.sockets).toHaveLength(2);
  });

  it('waits longer each time that the server sends it away at once', async () => {
    begin({ onSignedOut: async () => true });
    await settle();
    for (let times = 0; times < 20; times++) {
      if (status() === 'open') server.cut(4001);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(server.sockets.length).toBeLessThan(10);
  });

  it('connects again after signing in anew', async () => {
    begin();
    await settle();
    server.cut(4001);
    await settle();
    realtime.connection.start();
    await settle();
    expect(status()).toBe('open');
  });

  it('gives up a line that has gone silent', async () => {
    begin();
    await settle();
    const first = server.socket;
    await vi.advanceTimersByTimeAsync(45_600);
    expect(first.closedWith).not.toBeNull();
    expect(server.sockets).toHaveLength(2);
    expect(status()).toBe('open');
  });

  it('ignores what is not an envelope', async () => {
    begin();
    await settle();
    server.socket.deliverRaw('not json');
    server.socket.deliverRaw('null');
    expect(status()).toBe('open');
  });
});

describe('requests', () => {
  const ask = (timeoutMs?: number) =>
    realtime.request({ channel: 'chat', type: 'send', payload: {} }, timeoutMs);

  it('resolve with the reply that has their id', async () => {
    server.answer('chat', 'send', (message) => ({ type: 'started', payload: { of: message.id } }));
    begin();
    await settle();
    const replies = Promise.all([ask(), ask()]);
    await settle();
    const [first, second] = await replies;
    expect([first.payload, second.payload]).toEqual([{ of: first.id }, { of: second.id }]);
    expect(first.id).not.toBe(second.id);
  });

  it('reject with the server’s code', async () => {
    const refusal = { code: 'RESOURCE_NOT_FOUND', message: 'No such agent' };
    server.answer('chat', 'send', () => ({ channel: 'system', type: 'error', payload: refusal }));
    begin();
    await settle();
    const reply = expect(ask()).rejects.toMatchObject(refusal);
    await settle();
    await reply;
  });

  it('reject after their time', async () => {
    begin();
    await settle();
    const reply = expect(ask(1000)).rejects.toMatchObject({
      code: 'REQUEST_TIMEOUT',
      undelivered: true,
    });
    await vi.advanceTimersByTimeAsync(1000);
    await reply;
  });

  it('reject when the line breaks, and at once while it is down', async () => {
    begin();
    await settle();
    const reply = expect(ask()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    server.cut();
    await settle();
    await reply;
    await expect(ask()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });
});

describe('backoffDelay', () => {
  it('doubles, is capped, and spreads over its upper half', () => {
    expect([0, 1, 2, 10].map((attempt) => backoffDelay(attempt, () => 1))).toEqual([
      500, 1000, 2000, 15_000,
    ]);
    expect(backoffDelay(0, () => 0)).toBe(250);
  });
});
