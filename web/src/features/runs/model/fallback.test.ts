import { describe, expect, it } from 'vitest';
import { aStep } from '../testing';
import { fallbackOf } from './fallback';

const KEY = 'turn:1/model';
const failed = (ordinal: number, code: string, change = {}) =>
  aStep(ordinal, 0, 1, {
    key: KEY,
    model: 'big',
    provider_id: 'p1',
    status: 'failed',
    error: { code, message: 'No.', retryable: true, step_id: null },
    ...change,
  });
const answered = aStep(3, 1, 2, { key: KEY, model: 'small', provider_id: 'p2', attempt: 3 });

describe('the models that were asked', () => {
  it('are each told once, with the last attempt', () => {
    const steps = [
      failed(1, 'PROVIDER_UNAVAILABLE'),
      failed(2, 'PROVIDER_RATE_LIMITED'),
      answered,
      aStep(4, 2, 3, { model: 'other' }),
    ];
    expect(fallbackOf(answered, steps)).toEqual([
      { model: 'big', providerId: 'p1', error: 'PROVIDER_RATE_LIMITED' },
      { model: 'small', providerId: 'p2', error: null },
    ]);
  });

  it('are no story when one model was asked again', () => {
    const again = aStep(2, 1, 2, { key: KEY, model: 'big', provider_id: 'p1' });
    expect(fallbackOf(again, [failed(1, 'PROVIDER_TIMEOUT'), again])).toEqual([]);
  });

  it('tell one name at two providers apart', () => {
    const same = { ...answered, model: 'big' };
    expect(fallbackOf(same, [failed(1, 'PROVIDER_AUTH'), same])).toHaveLength(2);
  });
});
