import { createFileRoute } from '@tanstack/react-router';
import { RetentionPage } from '@/features/settings';

export const Route = createFileRoute('/p/$project/settings/retention')({
  component: RetentionPage,
});
