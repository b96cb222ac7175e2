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
} from './api';
export { useCan, useMe, useProject } from './hooks';
