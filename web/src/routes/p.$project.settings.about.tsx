import { createFileRoute } from '@tanstack/react-router';
import { AboutPage } from '@/features/settings';

export const Route = createFileRoute('/p/$project/settings/about')({
  component: AboutPage,
});
