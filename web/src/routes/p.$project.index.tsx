import { createFileRoute } from '@tanstack/react-router';
import { HomePage, parseHomeSearch } from '@/features/home';

export const Route = createFileRoute('/p/$project/')({
  validateSearch: parseHomeSearch,
  component: HomePage,
});
