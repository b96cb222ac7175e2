import { infiniteQueryOptions, queryOptions, useMutation } from '@tanstack/react-query';
import {
  type AuditCheck,
  type AuditEntry,
  type AuditFacets,
  api,
  nextCursor,
  type Page,
} from '@/api';
import { type AuditSearch, toFilters } from './model/audit-search';

const LIST_LIMIT = 50;

export function auditQuery({ entry: _, ...search }: AuditSearch) {
  return infiniteQueryOptions({
    queryKey: ['audit', 'list', search],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<AuditEntry>>('/audit-log', {
        query: { ...toFilters(search, Date.now()), cursor: pageParam, limit: LIST_LIMIT },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextCursor,
  });
}

export const auditFacetsQuery = queryOptions({
  queryKey: ['audit', 'facets'],
  queryFn: ({ signal }) => api.get<AuditFacets>('/audit-log/facets', { signal }),
});

/** An entry never changes. */
export function auditEntryQuery(seq: number) {
  return queryOptions({
    queryKey: ['audit', 'entry', seq],
    queryFn: ({ signal }) => api.get<AuditEntry>(`/audit-log/${seq}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useVerifyAudit() {
  return useMutation({ mutationFn: () => api.post<AuditCheck>('/audit-log/verify') });
}

export type ExportFormat = 'csv' | 'jsonl';

export function useExportAudit(search: AuditSearch) {
  return useMutation({
    mutationFn: async (format: ExportFormat) => {
      const body = { format, ...toFilters(search, Date.now()) };
      save(await api.file('/audit-log/export', body), `audit-log.${format}`);
    },
  });
}

function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
