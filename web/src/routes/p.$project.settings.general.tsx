import { createFileRoute } from '@tanstack/react-router';
import { GeneralPage } from '@/features/settings';

export const Route = createFileRoute('/p/$project/settings/general')({
  component: GeneralPage,
});
