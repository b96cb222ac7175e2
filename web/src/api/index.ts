export {
  ApiError,
  api,
  type FieldError,
  type Query,
  type RequestOptions,
  resetCsrf,
} from './client';
export { fetchAll, nextCursor } from './pages';
export type * from './types';
