import { createFileRoute } from '@tanstack/react-router';
import { EgressPage } from '@/features/egress';

export const Route = createFileRoute('/p/$project/settings/egress')({ component: EgressPage });
