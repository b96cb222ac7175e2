import { createFileRoute } from '@tanstack/react-router';
import { AgentsPage } from '@/features/agents';

export const Route = createFileRoute('/p/$project/agents/')({
  validateSearch: (raw): { q?: string; new?: true } => ({
    ...(typeof raw.q === 'string' && raw.q.trim() !== '' && { q: raw.q }),
    ...(raw.new === true && { new: true }),
  }),
  component: AgentsPage,
});
