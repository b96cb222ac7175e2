import { createFileRoute } from '@tanstack/react-router';
import { SecurityPage } from '@/features/account';

export const Route = createFileRoute('/p/$project/settings/security')({ component: SecurityPage });
