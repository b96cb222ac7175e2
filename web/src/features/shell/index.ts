export { HelpKeys } from './components/help-keys';
export { Shell } from './components/shell';
