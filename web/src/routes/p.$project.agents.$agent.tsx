import { createFileRoute } from '@tanstack/react-router';
import { AgentEditorPage } from '@/features/agents';

export const Route = createFileRoute('/p/$project/agents/$agent')({ component: AgentEditorPage });
