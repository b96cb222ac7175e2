import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api';
import type { Document } from './model/openapi';

export const openApiQuery = queryOptions({
  queryKey: ['openapi'],
  queryFn: ({ signal }) => api.get<Document>('/openapi.json', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});
