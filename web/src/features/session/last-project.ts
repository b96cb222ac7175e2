import type { Project } from '@/api';

const NAME = 'orbiter-project';

/** Where one comes back to; kept in this browser. */
export function keepLastProject(id: string): void {
  try {
    localStorage.setItem(NAME, id);
  } catch {
    // Storage may be blocked; then it is the first project.
  }
}

function lastProject(): string | null {
  try {
    return localStorage.getItem(NAME);
  } catch {
    return null;
  }
}

/** The project that pages outside of all of them belong to: the one opened last, else the first that one works in. */
export function homeProject(projects: readonly Project[]): Project | undefined {
  const mine = projects.filter(({ my_role }) => my_role !== null);
  const last = lastProject();
  return mine.find(({ id }) => id === last) ?? mine[0];
}
