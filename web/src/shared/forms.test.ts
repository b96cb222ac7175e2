import { expect, it } from 'vitest';
import { ApiError } from '@/api';
import { fieldErrors } from './forms';

it('gives each field what the server says of it', () => {
  const errors = ['code', 'elsewhere'].map((field) => ({ field, message: `no ${field}` }));
  expect(fieldErrors(new ApiError(400, { errors }), ['password', 'code'])).toEqual({
    code: 'No code.',
  });
  expect(fieldErrors(new ApiError(409, { detail: 'Taken.' }), ['code'])).toEqual({});
  expect(fieldErrors(null, ['code'])).toEqual({});
});
