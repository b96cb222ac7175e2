import { createFileRoute } from '@tanstack/react-router';
import { parseRunPageSearch, RunPage } from '@/features/runs';

export const Route = createFileRoute('/p/$project/runs/$run')({
  validateSearch: parseRunPageSearch,
  component: RunPage,
});
