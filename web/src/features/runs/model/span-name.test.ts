import { expect, it } from 'vitest';
import { spanName } from './span-name';

const at = (text: string) => new Date(text).toISOString();

it.each([
  [{}, null],
  [{ since: at('2026-01-05T09:00') }, 'Since 5 Jan, 09:00'],
  [{ until: at('2026-01-05T00:00') }, 'Before 5 Jan'],
  [{ since: at('2026-01-05T09:00'), until: at('2026-01-05T10:00') }, '5 Jan, 09:00 to 10:00'],
  [{ since: at('2026-01-05T18:00'), until: at('2026-01-06T00:00') }, '5 Jan, 18:00 to 00:00'],
  [
    { since: at('2026-01-05T21:00'), until: at('2026-01-06T03:00') },
    '5 Jan, 21:00 to 6 Jan, 03:00',
  ],
  [{ since: at('2026-01-05T00:00'), until: at('2026-01-06T00:00') }, '5 Jan'],
  [{ since: at('2026-01-05T00:00'), until: at('2026-01-08T00:00') }, '5 Jan to 7 Jan'],
])('names the span %o', (span, name) => {
  expect(spanName(span)).toBe(name);
});
