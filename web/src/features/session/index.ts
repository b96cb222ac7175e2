export {
  authStatusQuery,
  meQuery,
  projectsQuery,
  sessionKeys,
  useAcceptInvite,
  useSetUp,
  useSignIn,
  useSignOut,
  useUpdateMe,
} from './api';
export { useCan, useMe, useProject } from './hooks';
