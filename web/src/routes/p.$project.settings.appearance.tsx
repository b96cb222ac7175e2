import { createFileRoute } from '@tanstack/react-router';
import { AppearancePage } from '@/features/settings';

export const Route = createFileRoute('/p/$project/settings/appearance')({
  component: AppearancePage,
});
