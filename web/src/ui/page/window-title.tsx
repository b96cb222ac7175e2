import { createContext, useContext } from 'react';

/** A workspace that nobody has named is called so. */
export const PRODUCT = 'Orbiter';

/** What the workspace is called. */
export const WorkspaceNameContext = createContext(PRODUCT);

export function useWorkspaceName(): string {
  return useContext(WorkspaceNameContext);
}

/** The page, then the workspace, in the window's title. */
export function WindowTitle({ page }: { page: string }) {
  return <title>{`${page} · ${useWorkspaceName()}`}</title>;
}
