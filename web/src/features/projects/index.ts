export { OutsideFrame } from './components/outside-frame';
export { ProjectDialog } from './components/project-dialog';
export { ProjectsPage } from './pages/projects-page';
