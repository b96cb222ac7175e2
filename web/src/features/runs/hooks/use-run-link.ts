import { useProject } from '@/features/session';
import type { RunPageSearch } from '../model/run-search';

/** Where a run's page is, in the open project. */
export function useRunLink() {
  const project = useProject();
  return (id: string, search: RunPageSearch = {}) =>
    ({ to: '/p/$project/runs/$run', params: { project: project.id, run: id }, search }) as const;
}
