import { createFileRoute } from '@tanstack/react-router';
import { ForgotPasswordPage } from '@/features/entrance';
import { authStatusQuery } from '@/features/session';

export const Route = createFileRoute('/forgot-password')({
  loader: ({ context }) => context.queryClient.fetchQuery(authStatusQuery),
  component: ForgotPasswordPage,
});
