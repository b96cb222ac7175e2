import { createFileRoute } from '@tanstack/react-router';
import { MembersPage } from '@/features/people';

export const Route = createFileRoute('/p/$project/settings/members')({ component: MembersPage });
