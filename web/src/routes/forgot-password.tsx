import { createFileRoute } from '@tanstack/react-router';
import { ForgotPasswordPage } from '@/features/entrance';

export const Route = createFileRoute('/forgot-password')({ component: ForgotPasswordPage });
