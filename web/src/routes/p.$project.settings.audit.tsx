import { createFileRoute } from '@tanstack/react-router';
import { AuditPage, parseAuditSearch } from '@/features/audit';

export const Route = createFileRoute('/p/$project/settings/audit')({
  validateSearch: parseAuditSearch,
  component: AuditPage,
});
