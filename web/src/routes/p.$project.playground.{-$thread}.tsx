import { createFileRoute } from '@tanstack/react-router';
import { PlaygroundPage } from '@/features/playground';

export const Route = createFileRoute('/p/$project/playground/{-$thread}')({
  validateSearch: (raw): { agent?: string } =>
    typeof raw.agent === 'string' ? { agent: raw.agent } : {},
  component: PlaygroundPage,
});
