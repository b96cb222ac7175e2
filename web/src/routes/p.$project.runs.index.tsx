import { createFileRoute } from '@tanstack/react-router';
import { parseRunSearch, RunsPage } from '@/features/runs';

export const Route = createFileRoute('/p/$project/runs/')({
  validateSearch: parseRunSearch,
  component: RunsPage,
});
