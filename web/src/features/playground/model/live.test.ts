import { describe, expect, it } from 'vitest';
import type { Message } from '@/api';
import { answer, userMessage } from '../testing/builders';
import { makeTurn, randomOf } from '../testing/random-turn';
import type { ChatEvent } from './events';
import {
  afterSnapshot,
  applyChatEvents,
  EMPTY_LIVE,
  type PendingMessage,
  setPending,
} from './live';
import { isBusy, toChatItems } from './view';

const question = userMessage('u1', 'How much?');
const stored = answer('m1', 'u1', [{ type: 'text', text: 'Eleven' }], { run_id: 'r1' });
const started: ChatEvent = { type: 'started', payload: { run_id: 'r1', message_id: 'u1' } };

const token = (text: string, attempt = 1, step_id = 's1'): ChatEvent => ({
  type: 'token',
  payload: { run_id: 'r1', step_id, attempt, text },
});

function pending(more: Partial<PendingMessage> = {}): PendingMessage {
  const plain = { clientId: 'k1', content: 'How much?', agentId: null, parentId: undefined };
  return { ...plain, state: 'sending', reason: null, ...more };
}

function partsAfter(...events: ChatEvent[]) {
  return toChatItems([question], applyChatEvents(EMPTY_LIVE, [started, ...events])).at(-1)?.parts;
}

describe('a live turn', () => {
  it('joins the tokens of a step', () => {
    expect(partsAfter(token('El'), token('even'))).toEqual([{ type: 'text', text: 'Eleven' }]);
  });

  it('shows a higher attempt instead of the one before, and drops what comes too late', () => {
    expect(partsAfter(token('Ele'), token('Tw', 2), token('ven', 1), token('elve', 2))).toEqual([
      { type: 'text', text: 'Twelve' },
    ]);
  });

  it('replaces only the step that is tried again', () => {
    const parts = partsAfter(token('First.'), token('Sec', 1, 's2'), token('Second.', 2, 's2'));
    expect(parts).toEqual([
      { type: 'text', text: 'First.' },
      { type: 'text', text: 'Second.' },
    ]);
  });

  it('is busy until its answer is there', () => {
    const live = applyChatEvents(EMPTY_LIVE, [started, token('Ele')]);
    expect(isBusy(toChatItems([question], live))).toBe(true);
    const ended = applyChatEvents(live, [{ type: 'message', payload: { message: stored } }]);
    expect(isBusy(toChatItems([question], ended))).toBe(false);
  });

  it('that failed says why', () => {
    const error = { run_id: 'r1', code: 'PROVIDER_ERROR', message: 'Refused', retryable: true };
    const live = applyChatEvents(EMPTY_LIVE, [started, { type: 'error', payload: error }]);
    const item = toChatItems([question], live).at(-1);
    expect(item).toMatchObject({ status: 'failed', error: { code: 'PROVIDER_ERROR' } });
    expect(toChatItems([question], afterSnapshot(live, live)).at(-1)?.status).toBe('failed');
  });

  it('is shown as under way before anything is heard of it', () => {
    expect(toChatItems([question], EMPTY_LIVE, 'r1').at(-1)).toMatchObject({
      status: 'streaming',
      runId: 'r1',
    });
    expect(toChatItems([question, stored], EMPTY_LIVE, 'r1')).toHaveLength(2);
  });
});

describe('live state ends equal to REST state', () => {
  for (const seed of [1, 2, 3, 5, 8, 13, 21, 34, 55, 89]) {
    it(`for random turn ${seed}`, () => {
      const { messages, events, before } = makeTurn(randomOf(seed));
      const rest = toChatItems(messages, EMPTY_LIVE);
      const live = applyChatEvents(EMPTY_LIVE, events);

      const unstored = events.filter(({ type }) => type !== 'message');
      const streamed = toChatItems(before, applyChatEvents(EMPTY_LIVE, unstored));
      expect(streamed.map(({ parts }) => parts)).toEqual(rest.map(({ parts }) => parts));

      expect(toChatItems(before, live)).toEqual(rest);
      expect(toChatItems(messages, live)).toEqual(rest);
      expect(toChatItems(messages, afterSnapshot(live, live))).toEqual(rest);
      expect(afterSnapshot(live, live).entries).toEqual([]);
      expect(toChatItems(messages, applyChatEvents(live, events))).toEqual(rest);
    });
  }
});

describe('branches', () => {
  const edited = { ...userMessage('u2', 'How many?'), sibling_ids: ['u1', 'u2'] };
  const ids = (messages: Message[], live = EMPTY_LIVE) =>
    toChatItems(messages, live).map((item) => item.messageId ?? item.key);

  it('an edited message takes the place of the branch below its parent', () => {
    const live = applyChatEvents(EMPTY_LIVE, [
      { type: 'user_message', payload: { message: edited } },
      { type: 'started', payload: { run_id: 'r2', message_id: 'u2' } },
    ]);
    expect(ids([question, stored], live)).toEqual(['u2', 'run:r2']);
  });

  it('a new answer takes the place of the one before', () => {
    const again: ChatEvent = { type: 'started', payload: { run_id: 'r2', message_id: 'u1' } };
    const live = applyChatEvents(EMPTY_LIVE, [again]);
    expect(ids([question, stored], live)).toEqual(['u1', 'run:r2']);
  });

  it('a branch chosen while another is being written stays', () => {
    const again: ChatEvent = { type: 'started', payload: { run_id: 'r2', message_id: 'u1' } };
    const live = applyChatEvents(EMPTY_LIVE, [again]);
    const seen = afterSnapshot(live, live);
    expect(ids([question, stored], seen)).toEqual(['u1', 'm1']);
    expect(ids([question], seen)).toEqual(['u1', 'run:r2']);
  });

  it('a message of another branch is left out', () => {
    const elsewhere = userMessage('u9', 'Elsewhere', 'm-unknown');
    const live = applyChatEvents(EMPTY_LIVE, [
      { type: 'user_message', payload: { message: elsewhere } },
    ]);
    expect(ids([question, stored], live)).toEqual(['u1', 'm1']);
  });
});

describe('a message on its way', () => {
  it('is shown at once and only once when it is confirmed', () => {
    const sending = setPending(EMPTY_LIVE, pending());
    expect(toChatItems([], sending)).toMatchObject([{ status: 'sending', key: 'k1' }]);
    const confirmed = applyChatEvents(sending, [
      { type: 'user_message', payload: { message: question } },
    ]);
    expect(toChatItems([], confirmed)).toMatchObject([{ status: 'complete', messageId: 'u1' }]);
  });

  it('that edits another cuts the branch there', () => {
    const live = setPending(EMPTY_LIVE, pending({ parentId: null }));
    expect(toChatItems([question, stored], live).map(({ key }) => key)).toEqual(['k1']);
  });

  it('that could not be sent stays, with the reason', () => {
    const live = setPending(EMPTY_LIVE, pending({ state: 'unsent', reason: 'Offline' }));
    expect(toChatItems([], live)).toMatchObject([
      { status: 'unsent', error: { message: 'Offline' } },
    ]);
  });
});
