import { useProject } from '@/features/session';

/** Where an agent's editor is, in the open project. */
export function useAgentLink() {
  const project = useProject();
  return (id: string) =>
    ({ to: '/p/$project/agents/$agent', params: { project: project.id, agent: id } }) as const;
}
