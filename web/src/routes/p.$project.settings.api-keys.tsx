import { createFileRoute } from '@tanstack/react-router';
import { ApiKeysPage, parseKeySearch } from '@/features/api-keys';

export const Route = createFileRoute('/p/$project/settings/api-keys')({
  validateSearch: parseKeySearch,
  component: ApiKeysPage,
});
