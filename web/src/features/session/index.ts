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
export { useCan, useMe, useProject } from './hooks';
