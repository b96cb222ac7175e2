import { createFileRoute } from '@tanstack/react-router';
import { SecurityPage } from '@/features/account';

export const Route = createFileRoute('/p/$project/settings/security')({
  validateSearch: (raw): { sso?: string } => ({
    ...(typeof raw.sso === 'string' && { sso: raw.sso }),
  }),
  component: SecurityPage,
});
