import { createFileRoute } from '@tanstack/react-router';
import { SingleSignOnPage } from '@/features/single-sign-on';

export const Route = createFileRoute('/p/$project/settings/single-sign-on')({
  component: SingleSignOnPage,
});
