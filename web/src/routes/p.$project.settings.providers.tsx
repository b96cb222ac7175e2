import { createFileRoute } from '@tanstack/react-router';
import { ProvidersPage, parseProviderSearch } from '@/features/providers';

export const Route = createFileRoute('/p/$project/settings/providers')({
  validateSearch: parseProviderSearch,
  component: ProvidersPage,
});
