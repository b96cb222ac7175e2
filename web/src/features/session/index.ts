export {
  authStatusQuery,
  meQuery,
  projectsQuery,
  useSetUp,
  useSignIn,
  useSignOut,
  useUpdateMe,
} from './api';
export { useCan, useMe, useProject } from './hooks';
