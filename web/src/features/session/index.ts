export {
  authStatusQuery,
  meQuery,
  projectsQuery,
  sessionKeys,
  useAcceptInvite,
  useAskForReset,
  useResetPassword,
  useSetUp,
  useSignIn,
  useSignOut,
  useUpdateMe,
  workspaceNameQuery,
} from './api';
export { useCan, useInProject, useMe, useProject } from './hooks';
export { homeProject, keepLastProject } from './last-project';
export { isLeaving } from './leaving';
