import { expect, it } from 'vitest';
import { ApiError } from '@/api';
import { fieldErrors } from './forms';

const about = (...fields: string[]) =>
  new ApiError(400, { detail: 'No.', errors: fields.map((field) => ({ field, message: 'no' })) });

it('puts what the server says of a field under it', () => {
  expect(fieldErrors(about('code'), ['password', 'code'])).toEqual({
    under: { code: 'no' },
    rest: null,
  });
});

it('keeps the error that says more than the fields show', () => {
  const both = about('code', 'elsewhere');
  expect(fieldErrors(both, ['code'])).toEqual({ under: { code: 'no' }, rest: both });
  const other = new ApiError(409, { detail: 'The address is taken.' });
  expect(fieldErrors(other, ['code'])).toEqual({ under: {}, rest: other });
  expect(fieldErrors(null, ['code'])).toEqual({ under: {}, rest: null });
});
