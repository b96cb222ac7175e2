import { createFileRoute } from '@tanstack/react-router';
import { SignInPage } from '@/features/sign-in';

export const Route = createFileRoute('/p/$project/settings/sign-in')({ component: SignInPage });
