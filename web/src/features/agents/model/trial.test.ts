import { describe, expect, it } from 'vitest';
import { aModel } from '../testing';
import { EventStreamParser, readEvents } from './event-stream';
import { groupModels, modelPrice } from './model-choices';
import { estimateTokens } from './tokens';
import { answerOf, historyOf, type TrialAction, type TrialTurn, trialReducer } from './trial';

function event(type: string, payload: Record<string, unknown>): TrialAction {
  return { type: 'event', event: { type, payload } };
}

function play(...actions: TrialAction[]): readonly TrialTurn[] {
  return actions.reduce(trialReducer, [] as readonly TrialTurn[]);
}

describe('EventStreamParser', () => {
  const stream =
    'event: token\ndata: {"type":"token","payload":{"text":"Hé"}}\n\n: ping\n\nevent: done\ndata: {"status":\ndata: "succeeded"}\n\n';

  it('finds the same events however the text is cut', () => {
    for (let size = 1; size <= stream.length; size += 1) {
      const parser = new EventStreamParser();
      const chunks = stream.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      expect(chunks.flatMap((chunk) => parser.push(chunk))).toEqual([
        { type: 'token', payload: { text: 'Hé' } },
        { type: 'done', payload: { status: 'succeeded' } },
      ]);
    }
  });

  it('takes every kind of line end and skips what is not JSON', () => {
    const parser = new EventStreamParser();
    expect(
      parser.push('data: nonsense\r\n\r\ndata: {"type":"a","payload":{}}\r\rdata: {}\n\n'),
    ).toEqual([{ type: 'a', payload: {} }]);
  });

  it('decodes letters that are cut between bytes', async () => {
    const bytes = new TextEncoder().encode(stream);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const types: string[] = [];
    for await (const { type, payload } of readEvents(body))
      types.push(`${type} ${payload.text ?? ''}`);
    expect(types).toEqual(['token Hé', 'done ']);
  });
});

describe('trialReducer', () => {
  it('grows the answer and puts a tool call where it happened', () => {
    const [turn] = play(
      { type: 'asked', input: 'Hi' },
      event('started', { run_id: 'run-1' }),
      event('token', { text: 'Let ', step_id: 'a', attempt: 1 }),
      event('token', { text: 'me see', step_id: 'a', attempt: 1 }),
      event('tool_call', { step_id: 't', name: 'calculator', arguments: { expression: '1+1' } }),
      event('tool_result', { step_id: 't', name: 'calculator', result: 2, duration_ms: 4 }),
      event('token', { text: 'It is 2', step_id: 'b', attempt: 1 }),
      event('done', {
        usage: { input_tokens: 10, output_tokens: 5 },
        cost_usd_micros: 7,
        latency_ms: 900,
      }),
    );
    expect(turn).toMatchObject({
      state: 'done',
      runId: 'run-1',
      tokens: 15,
      costUsdMicros: 7,
      latencyMs: 900,
    });
    expect(turn?.blocks.map((block) => block.type)).toEqual(['text', 'tool', 'text']);
    expect(turn?.blocks[1]).toMatchObject({
      result: 2,
      durationMs: 4,
      done: true,
      arguments: { expression: '1+1' },
    });
  });

  it('lets a higher attempt replace what the step has shown, and drops a late lower one', () => {
    const [turn] = play(
      { type: 'asked', input: 'Hi' },
      event('token', { text: 'half', step_id: 'a', attempt: 1 }),
      event('token', { text: 'Whole', step_id: 'a', attempt: 2 }),
      event('token', { text: 'late', step_id: 'a', attempt: 1 }),
    );
    expect(turn && answerOf(turn)).toBe('Whole');
  });

  it('drops the words of a cut attempt also when the next one has an id of its own', () => {
    const [turn] = play(
      { type: 'asked', input: 'Hi' },
      event('token', { text: 'First.', step_id: 'a', attempt: 1 }),
      event('tool_call', { step_id: 't', name: 'calculator', arguments: {} }),
      event('reasoning', { text: 'hm', step_id: 'b', attempt: 1 }),
      event('token', { text: 'cut', step_id: 'b', attempt: 1 }),
      event('reasoning', { text: 'aha', step_id: 'c', attempt: 2 }),
      event('token', { text: 'Second.', step_id: 'c', attempt: 2 }),
    );
    const shown = turn?.blocks.map((block) => (block.type === 'tool' ? block.name : block.text));
    expect(shown).toEqual(['First.', 'calculator', 'aha', 'Second.']);
  });

  it('ends in words when the run fails, the line breaks or the stream is cut', () => {
    const asked: TrialAction = { type: 'asked', input: 'Hi' };
    expect(play(asked, event('error', { code: 'PROVIDER_ERROR', message: 'No' }))[0]).toMatchObject(
      { state: 'failed', error: { message: 'No' } },
    );
    expect(
      play(asked, { type: 'broke', error: { code: 'NETWORK', message: 'Gone' } })[0]?.state,
    ).toBe('failed');
    expect(play(asked, { type: 'ended' })[0]?.error?.code).toBe('STREAM_CUT');
    expect(play(asked, event('done', {}), { type: 'ended' })[0]?.state).toBe('done');
  });

  it('stays stopped when the end arrives after Stop', () => {
    const turns = play(
      { type: 'asked', input: 'Hi' },
      { type: 'stopped' },
      event('done', { status: 'cancelled' }),
      { type: 'ended' },
    );
    expect(turns[0]?.state).toBe('stopped');
    expect(trialReducer(turns, { type: 'cleared' })).toEqual([]);
  });

  it('hands the answered turns to the next question', () => {
    const turns = play(
      { type: 'asked', input: 'One' },
      event('token', { text: '1', step_id: 'a', attempt: 1 }),
      event('done', {}),
      { type: 'asked', input: 'Two' },
      { type: 'broke', error: { code: 'X', message: '' } },
    );
    expect(historyOf(turns)).toEqual([
      { role: 'user', content: 'One' },
      { role: 'assistant', content: '1' },
    ]);
  });
});

it('estimates tokens by script', () => {
  expect(estimateTokens('')).toBe(0);
  expect(estimateTokens('abcdefgh')).toBe(2);
  expect(estimateTokens('日本語')).toBe(3);
});

it('groups models by provider and knows free from unknown prices', () => {
  const groups = groupModels([
    aModel({ id: '2', name: 'z', provider_id: 'b', provider_name: 'Beta' }),
    aModel({ id: '1', name: 'demo-2' }),
    aModel({ id: '3', name: 'a', provider_id: 'b', provider_name: 'Beta' }),
  ]);
  expect(
    groups.map((group) => [group.providerName, group.models.map((model) => model.name)]),
  ).toEqual([
    ['Beta', ['a', 'z']],
    ['Demo', ['demo-2']],
  ]);
  expect(modelPrice(aModel())).toEqual({ input: 0, output: 0 });
  expect(modelPrice(aModel({ input_usd_micros_per_mtok: null }))).toBeNull();
  expect(
    modelPrice(
      aModel({ input_usd_micros_per_mtok: 2_500_000, output_usd_micros_per_mtok: 10_000_000 }),
    ),
  ).toEqual({ input: 2.5, output: 10 });
});
