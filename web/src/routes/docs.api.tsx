import { createFileRoute } from '@tanstack/react-router';
import { ApiPage } from '@/features/docs';

export const Route = createFileRoute('/docs/api')({ component: ApiPage });
