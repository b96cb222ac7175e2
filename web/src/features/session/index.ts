export {
  authStatusQuery,
  meQuery,
  projectsQuery,
  useSetUp,
  useSignOut,
  useUpdateMe,
} from './api';
export { Entrance, EntranceTitle } from './components/entrance';
export { hasRole, useCan, useMe, useProject } from './hooks';
export { LoginPage } from './pages/login-page';
